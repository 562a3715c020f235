// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_input.h"
#include "http/request_head.h"

using namespace hudhud;

namespace {

/// Where the head ends does not depend on how its bytes arrive.
void requireSameEnd(QByteArrayView bytes, qsizetype end)
{
    for (qsizetype cut = 0; cut <= std::min<qsizetype>(bytes.size(), 64); ++cut) {
        const qsizetype first = findHeadEnd(bytes.first(cut), 0);
        fuzz::require((first >= 0 ? first : findHeadEnd(bytes, cut)) == end);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes = fuzz::exactCopy(fuzz::viewOf(data, size));
    const qsizetype end = findHeadEnd(bytes, 0);
    requireSameEnd(bytes, end);
    if (end < 0)
        return 0;
    fuzz::require(end <= bytes.size());
    const QByteArray head = fuzz::exactCopy(QByteArrayView(bytes).first(end));
    RequestHead request;
    if (const auto fault = parseRequestHead(head, request)) {
        fuzz::require(fault->status >= 400 && fault->status < 600);
        return 0;
    }
    fuzz::require(request.contentLength >= 0);
    fuzz::require(!(request.isChunked && request.contentLength > 0));
    fuzz::require(request.isServerWide || request.path.startsWith('/'));
    return 0;
}

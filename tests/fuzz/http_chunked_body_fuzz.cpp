// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_input.h"
#include "http/chunked_decoder.h"

using namespace hudhud;

namespace {

constexpr qint64 MaximumBody = 4'096;
constexpr qint64 MaximumTrailer = 256;

struct Outcome
{
    bool isDone = false;
    int fault = 0;
    QByteArray body;
    qsizetype used = 0;

    friend bool operator==(const Outcome &, const Outcome &) = default;
};

/// Offers `step` bytes more each time, as a slow network does.
Outcome decode(QByteArrayView bytes, qsizetype step)
{
    ChunkedDecoder decoder(MaximumBody, MaximumTrailer);
    Outcome outcome;
    for (qsizetype arrived = 0; arrived < bytes.size() && !decoder.isDone() && !decoder.fault();) {
        arrived = std::min(arrived + step, bytes.size());
        const QByteArray offered = fuzz::exactCopy(bytes.first(arrived).sliced(outcome.used));
        outcome.used += decoder.feed(offered);
    }
    outcome.isDone = decoder.isDone();
    outcome.fault = decoder.fault() ? decoder.fault()->status : 0;
    outcome.body = decoder.takeBody();
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes = fuzz::viewOf(data, size);
    if (bytes.isEmpty())
        return 0;
    const Outcome whole = decode(bytes, bytes.size());
    fuzz::require(whole.body.size() <= MaximumBody);
    const Outcome pieces = decode(bytes, 1);
    fuzz::require(whole.isDone == pieces.isDone && whole.fault == pieces.fault);
    if (whole.isDone)
        fuzz::require(whole == pieces);
    return 0;
}

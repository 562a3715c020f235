// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_input.h"
#include "signalr/handshake.h"

using namespace hudhud;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray record = fuzz::exactCopy(fuzz::viewOf(data, size));
    const auto request = parseHandshake(record);
    // A refusal is a record too, whatever it quotes.
    if (!request) {
        const QByteArray refusal = handshakeRefused(request.error());
        fuzz::require(refusal.endsWith('\x1e') && refusal.count('\x1e') == 1);
    }
    return 0;
}

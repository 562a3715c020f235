// SPDX-License-Identifier: GPL-3.0-or-later
#include "codec_fuzz.h"
#include "signalr/messagepack_hub_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static hudhud::MessagePackHubProtocol protocol;
    hudhud::fuzz::readAll(protocol, hudhud::fuzz::viewOf(data, size));
    return 0;
}

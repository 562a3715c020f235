// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_input.h"
#include "plugin-api/http.h"

using namespace hudhud;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray query = fuzz::exactCopy(fuzz::viewOf(data, size));
    for (const char *key : {"negotiateVersion", "id", "access_token", "useStatefulReconnect", ""}) {
        const auto value = queryValue(query, key);
        // Decoding never makes more of it.
        fuzz::require(!value || value->size() <= query.size());
    }
    return 0;
}

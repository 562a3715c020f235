// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/toml_document.h"
#include "fuzz_input.h"

using namespace hudhud;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray text = fuzz::exactCopy(fuzz::viewOf(data, size));
    const auto entries = parseToml(text, QStringLiteral("fuzz.toml"));
    if (!entries) {
        fuzz::require(entries.error().code() == ErrorCode::ConfigurationInvalid);
        return 0;
    }
    const auto lines = static_cast<int>(text.count('\n')) + 1;
    for (const TomlEntry &entry : *entries)
        fuzz::require(!entry.path.isEmpty() && entry.line >= 0 && entry.line <= lines);
    return 0;
}

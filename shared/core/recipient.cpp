// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recipient.h"

#include <algorithm>

namespace hudhud {

std::optional<Recipient> Recipient::fromString(QByteArrayView digits)
{
    if (digits.size() < MinimumDigits || digits.size() > MaximumDigits)
        return std::nullopt;
    if (!std::ranges::all_of(digits, [](char character) { return character >= '0' && character <= '9'; }))
        return std::nullopt;
    Recipient recipient;
    std::ranges::copy(digits, recipient.m_digits.begin());
    recipient.m_length = static_cast<quint8>(digits.size());
    return recipient;
}

} // namespace hudhud

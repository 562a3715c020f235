// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <array>
#include <compare>
#include <cstring>
#include <functional>
#include <optional>

namespace hudhud {

/// A phone number: digits only, 7 to 15 of them (ITU-T E.164 without the plus sign). Sixteen bytes, no allocation.
class Recipient
{
public:
    static constexpr int MinimumDigits = 7;
    static constexpr int MaximumDigits = 15;

    constexpr Recipient() = default;
    static std::optional<Recipient> fromString(QByteArrayView digits);

    QByteArrayView view() const { return {m_digits.data(), m_length}; }
    QByteArray toByteArray() const { return view().toByteArray(); }
    bool isNull() const { return m_length == 0; }

    friend constexpr auto operator<=>(const Recipient &, const Recipient &) = default;

private:
    std::array<char, MaximumDigits> m_digits{};
    quint8 m_length = 0;
};

} // namespace hudhud

template <>
struct std::hash<hudhud::Recipient>
{
    std::size_t operator()(const hudhud::Recipient &recipient) const noexcept
    {
        quint64 high = 0;
        quint64 low = 0;
        static_assert(sizeof recipient == 16);
        std::memcpy(&high, &recipient, 8);
        std::memcpy(&low, reinterpret_cast<const char *>(&recipient) + 8, 8);
        return (high * 0x9E3779B97F4A7C15ULL) ^ (low * 0xC2B2AE3D27D4EB4FULL);
    }
};

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_message.h"

#include <cmath>
#include <optional>
#include <vector>

namespace hudhud {

/// Turns a received value into a parameter of a hub method; nothing when it does not fit. Specialise for
/// further types.
template <typename T> struct HubArgument;

template <> struct HubArgument<QByteArrayView>
{
    static std::optional<QByteArrayView> bind(const HubValue &value)
    {
        if (value.kind != HubValue::Kind::String)
            return std::nullopt;
        return value.text;
    }
};

template <> struct HubArgument<bool>
{
    static std::optional<bool> bind(const HubValue &value)
    {
        if (value.kind != HubValue::Kind::Boolean)
            return std::nullopt;
        return value.boolean;
    }
};

/// Some clients write whole numbers as reals.
template <> struct HubArgument<qint64>
{
    static std::optional<qint64> bind(const HubValue &value)
    {
        constexpr double exactLimit = 9007199254740992.0; // 2^53: above it a double skips integers.
        if (value.kind == HubValue::Kind::Integer)
            return value.integer;
        if (value.kind == HubValue::Kind::Real && std::abs(value.real) <= exactLimit
            && std::trunc(value.real) == value.real)
            return static_cast<qint64>(value.real);
        return std::nullopt;
    }
};

template <> struct HubArgument<double>
{
    static std::optional<double> bind(const HubValue &value)
    {
        if (value.kind == HubValue::Kind::Integer)
            return static_cast<double>(value.integer);
        if (value.kind == HubValue::Kind::Real)
            return value.real;
        return std::nullopt;
    }
};

/// The value as it came, for methods that look into it themselves.
template <> struct HubArgument<HubValue>
{
    static std::optional<HubValue> bind(const HubValue &value) { return value; }
};

template <typename T> struct HubArgument<std::vector<T>>
{
    static std::optional<std::vector<T>> bind(const HubValue &value)
    {
        if (value.kind != HubValue::Kind::Array)
            return std::nullopt;
        std::vector<T> bound;
        bound.reserve(value.elements.size());
        for (const HubValue &element : value.elements) {
            std::optional<T> item = HubArgument<T>::bind(element);
            if (!item)
                return std::nullopt;
            bound.push_back(*std::move(item));
        }
        return bound;
    }
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/json_text.h"
#include "message_json.h"

#include <QLocale>

#include <optional>

namespace hudhud {

// Members of the JSON object that `out` ends in; the commas come by themselves. Thread: any.

inline void separate(QByteArray &out)
{
    if (out.back() != '[' && out.back() != '{')
        out.append(',');
}

inline void appendName(QByteArray &out, QByteArrayView name)
{
    separate(out);
    out.append('"').append(name).append("\":");
}

inline void appendText(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    appendName(out, name);
    appendJsonString(out, value);
}

inline void appendOptionalText(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    if (!value.isEmpty())
        appendText(out, name, value);
}

inline void appendNumber(QByteArray &out, QByteArrayView name, qint64 value)
{
    appendName(out, name);
    out.append(QByteArray::number(value));
}

inline void appendReal(QByteArray &out, QByteArrayView name, double value)
{
    appendName(out, name);
    out.append(QByteArray::number(value, 'g', QLocale::FloatingPointShortest));
}

inline void appendBoolean(QByteArray &out, QByteArrayView name, bool value)
{
    appendName(out, name);
    out.append(value ? "true" : "false");
}

inline void appendOptionalTime(QByteArray &out, QByteArrayView name, const std::optional<Timestamp> &time)
{
    if (!time)
        return;
    appendName(out, name);
    appendTime(out, *time);
}

} // namespace hudhud

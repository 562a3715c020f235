// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>
#include <QDebug>
#include <QString>
#include <QtGlobal>

namespace hudhud {

/// A named value of a log line, for programs that read the log:
///
///     qCInfo(lcDelivery) << "message dead-lettered" << LogField("id", id.toString()) << LogField("attempts",
///     5);
///
/// Human lines end with `id=0190… attempts=5`, JSON lines have the members "id" and "attempts". Never give it
/// message content, tokens, keys or passwords. Thread: any.
class LogField
{
public:
    /// What stands before each field inside the message text until the line is written (ASCII unit
    /// separator).
    static constexpr char16_t Separator = u'\x1f';

    LogField(const char *key, const QString &value)
        : m_key(key)
        , m_value(value)
    {
    }
    LogField(const char *key, const QByteArray &value)
        : m_key(key)
        , m_value(QString::fromUtf8(value))
    {
    }
    LogField(const char *key, qint64 value)
        : m_key(key)
        , m_value(QString::number(value))
    {
    }

    friend QDebug operator<<(QDebug debug, const LogField &field)
    {
        const QDebugStateSaver saver(debug);
        // As a string: QDebug escapes a single character even without quotes.
        debug.nospace().noquote() << QString(QChar(Separator)) << field.m_key << '=' << field.m_value;
        return debug;
    }

private:
    const char *m_key;
    QString m_value;
};

/// How lines look.
enum class LogFormat : quint8 { Human, Json };

/// One line with its newline: time, level, category, text, fields. Control characters are escaped, so that
/// nothing in a text can forge a line or steer a terminal. Thread: any.
QByteArray formatLogLine(LogFormat format, Timestamp time, QtMsgType type, const char *category,
                         const QString &text);

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "logging/log_line.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <vector>

namespace hudhud {

namespace {

QByteArrayView levelName(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "error";
    case QtFatalMsg:
        return "fatal";
    }
    return "error";
}

struct ParsedText
{
    QString event;
    std::vector<std::pair<QString, QString>> fields;
};

ParsedText parse(const QString &text)
{
    const QStringList parts = text.split(QChar(LogField::Separator));
    ParsedText parsed{.event = parts.first().trimmed(), .fields = {}};
    for (const QString &part : parts.sliced(1)) {
        const qsizetype equals = part.indexOf(u'=');
        if (equals > 0)
            parsed.fields.emplace_back(part.first(equals), part.sliced(equals + 1).trimmed());
    }
    return parsed;
}

bool isControl(QChar c)
{
    return c.category() == QChar::Other_Control || c == QChar::LineSeparator
        || c == QChar::ParagraphSeparator;
}

QString escaped(const QString &text)
{
    if (std::ranges::none_of(text, isControl))
        return text;
    QString result;
    for (const QChar c : text)
        result
            += isControl(c) ? QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0')) : QString(c);
    return result;
}

QString quotedIfNeeded(const QString &value)
{
    const bool isPlain = !value.isEmpty()
        && std::ranges::none_of(value, [](QChar c) { return c.isSpace() || c == u'"' || c == u'='; });
    return isPlain ? value : u'"' + QString(value).replace(u'"', QStringLiteral("\\\"")) + u'"';
}

QByteArray humanLine(const QByteArray &time, QByteArrayView level, const char *category,
                     const ParsedText &text)
{
    QByteArray line = time + ' ' + level.toByteArray().leftJustified(7) + ' ' + category + ": "
        + escaped(text.event).toUtf8();
    for (const auto &[key, value] : text.fields)
        line += ' ' + key.toUtf8() + '=' + quotedIfNeeded(escaped(value)).toUtf8();
    return line + '\n';
}

QByteArray jsonLine(const QByteArray &time, QByteArrayView level, const char *category,
                    const ParsedText &text)
{
    QJsonObject object;
    for (const auto &[key, value] : text.fields)
        object.insert(key, value);
    // After the fields, so that none of them can take the place of these.
    object.insert(QStringLiteral("time"), QString::fromLatin1(time));
    object.insert(QStringLiteral("level"), QString::fromLatin1(level));
    object.insert(QStringLiteral("category"), QString::fromUtf8(category));
    object.insert(QStringLiteral("message"), text.event);
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace

QByteArray formatLogLine(LogFormat format, Timestamp time, QtMsgType type, const char *category,
                         const QString &text)
{
    const QByteArray stamp = toRfc3339(time);
    const char *name = category ? category : "default";
    const ParsedText parsed = parse(text);
    return format == LogFormat::Json ? jsonLine(stamp, levelName(type), name, parsed)
                                     : humanLine(stamp, levelName(type), name, parsed);
}

} // namespace hudhud

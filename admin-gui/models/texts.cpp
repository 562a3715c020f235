// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/texts.h"

#include "models/words.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

QString translated(const char *text, int n = -1)
{
    return QCoreApplication::translate("Texts", text, nullptr, n);
}

} // namespace

QString plainText(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::String:
        return value.toString();
    case QJsonValue::Bool:
        return value.toBool() ? translated(QT_TRANSLATE_NOOP("Texts", "yes"))
                              : translated(QT_TRANSLATE_NOOP("Texts", "no"));
    case QJsonValue::Double:
        return numberText(value);
    case QJsonValue::Array: {
        const QJsonArray array = value.toArray();
        const bool simple = std::none_of(array.begin(), array.end(), [](const QJsonValue &item) {
            return item.isArray() || item.isObject();
        });
        if (!simple)
            return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
        QStringList items;
        for (const QJsonValue &item : array)
            items.append(plainText(item));
        return items.join(u", "_s);
    }
    case QJsonValue::Object:
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    default:
        return {};
    }
}

QString numberText(const QJsonValue &value)
{
    if (!value.isDouble())
        return {};
    const double number = value.toDouble();
    if (number == std::floor(number))
        return QLocale().toString(static_cast<qint64>(number));
    return QLocale().toString(number, 'f', number < 10 ? 2 : 1);
}

QString percentText(double share)
{
    return QLocale().toString(share * 100, 'f', share > 0 && share < 0.1 ? 1 : 0) + QLocale().percent();
}

QString timeText(const QString &rfc3339)
{
    const QDateTime time = QDateTime::fromString(rfc3339, Qt::ISODateWithMs).toLocalTime();
    if (!time.isValid())
        return rfc3339;
    const QString clock = QLocale().toString(time.time(), u"HH:mm:ss"_s);
    if (time.date() == QDate::currentDate())
        return clock;
    return QLocale().toString(time.date(), u"yyyy-MM-dd"_s) + u' ' + clock;
}

QString exactTimeText(const QString &rfc3339)
{
    const QDateTime time = QDateTime::fromString(rfc3339, Qt::ISODateWithMs).toLocalTime();
    return time.isValid() ? QLocale().toString(time, u"yyyy-MM-dd HH:mm:ss.zzz t"_s) : rfc3339;
}

QString ageText(std::chrono::milliseconds age)
{
    const auto seconds = static_cast<int>(std::max<qint64>(0, age.count() / 1'000));
    if (seconds < 120)
        return translated(QT_TRANSLATE_NOOP("Texts", "%1 s ago")).arg(QLocale().toString(seconds));
    if (seconds < 7'200)
        return translated(QT_TRANSLATE_N_NOOP("Texts", "%n minute(s) ago"), seconds / 60);
    if (seconds < 172'800)
        return translated(QT_TRANSLATE_N_NOOP("Texts", "%n hour(s) ago"), seconds / 3'600);
    return translated(QT_TRANSLATE_N_NOOP("Texts", "%n day(s) ago"), seconds / 86'400);
}

QString durationText(double seconds)
{
    const auto whole = static_cast<qint64>(seconds);
    const QLocale locale;
    if (seconds < 10)
        return latencyText(seconds);
    if (whole < 120)
        return translated(QT_TRANSLATE_NOOP("Texts", "%1 s")).arg(locale.toString(whole));
    if (whole < 7'200) {
        return translated(QT_TRANSLATE_NOOP("Texts", "%1 min %2 s"))
            .arg(locale.toString(whole / 60), locale.toString(whole % 60));
    }
    if (whole < 172'800) {
        return translated(QT_TRANSLATE_NOOP("Texts", "%1 h %2 min"))
            .arg(locale.toString(whole / 3'600), locale.toString(whole % 3'600 / 60));
    }
    return translated(QT_TRANSLATE_N_NOOP("Texts", "%n day(s)"), static_cast<int>(whole / 86'400));
}

QString latencyText(double seconds)
{
    const QLocale locale;
    if (seconds < 1) {
        const double milliseconds = seconds * 1'000;
        return translated(QT_TRANSLATE_NOOP("Texts", "%1 ms"))
            .arg(locale.toString(milliseconds, 'f', milliseconds < 10 && milliseconds > 0 ? 1 : 0));
    }
    return translated(QT_TRANSLATE_NOOP("Texts", "%1 s"))
        .arg(locale.toString(seconds, 'f', seconds < 10 && seconds != std::floor(seconds) ? 1 : 0));
}

QString wordText(const QString &word)
{
    const Word *known = findWord(word);
    return known ? QCoreApplication::translate("Words", known->text) : word;
}

Level wordLevel(const QString &word)
{
    const Word *known = findWord(word);
    return known ? known->level : Level::None;
}

QString inReadingOrder(const QString &text)
{
    const bool turns = std::any_of(text.begin(), text.end(), [](QChar letter) {
        return letter.direction() == QChar::DirAL || letter.direction() == QChar::DirR;
    });
    return turns || text.isEmpty() ? text : u'\u2066' + text + u'\u2069';
}

QString levelText(Level level)
{
    switch (level) {
    case Level::None:
        break;
    case Level::Good:
        return translated(QT_TRANSLATE_NOOP("Texts", "Good"));
    case Level::Warning:
        return translated(QT_TRANSLATE_NOOP("Texts", "Warning"));
    case Level::Bad:
        return translated(QT_TRANSLATE_NOOP("Texts", "Bad"));
    }
    return {};
}

} // namespace hudhud::console

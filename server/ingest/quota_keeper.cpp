// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/quota_keeper.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QSaveFile>

namespace hudhud {

Q_LOGGING_CATEGORY(lcQuota, "hudhud.quota")

namespace {

constexpr std::chrono::seconds SaveInterval{10};

QByteArray toJson(const std::vector<DailyCount> &counts)
{
    QJsonArray all;
    for (const DailyCount &count : counts) {
        all.append(QJsonObject{{QStringLiteral("apiKeyId"), count.apiKeyId},
                               {QStringLiteral("day"), count.day},
                               {QStringLiteral("messages"), count.messages}});
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("dailyCounts"), all}}).toJson();
}

std::vector<DailyCount> fromJson(const QJsonDocument &document)
{
    std::vector<DailyCount> counts;
    const QJsonArray all = document[QLatin1StringView("dailyCounts")].toArray();
    for (const QJsonValue &count : all) {
        counts.push_back({.apiKeyId = count[QLatin1StringView("apiKeyId")].toInteger(),
                          .day = count[QLatin1StringView("day")].toInteger(),
                          .messages = count[QLatin1StringView("messages")].toInteger()});
    }
    return counts;
}

} // namespace

QuotaKeeper::QuotaKeeper(KeyLimitTable &limits, QString file)
    : m_limits(limits)
    , m_file(std::move(file))
{
    load();
    connect(&m_timer, &QTimer::timeout, this, &QuotaKeeper::save);
    m_timer.start(SaveInterval);
}

QuotaKeeper::~QuotaKeeper()
{
    save();
}

void QuotaKeeper::load()
{
    QFile file(m_file);
    if (!file.exists())
        return;
    QJsonParseError error;
    const bool isOpen = file.open(QIODevice::ReadOnly);
    const QJsonDocument document = QJsonDocument::fromJson(isOpen ? file.readAll() : QByteArray(), &error);
    if (!isOpen || error.error != QJsonParseError::NoError) {
        qCWarning(lcQuota, "cannot read %s (%s): daily quotas start anew", qUtf8Printable(m_file),
                  qUtf8Printable(isOpen ? error.errorString() : file.errorString()));
        return;
    }
    m_limits.restore(fromJson(document));
    m_saved = m_limits.dailyCounts();
}

void QuotaKeeper::save()
{
    std::vector<DailyCount> counts = m_limits.dailyCounts();
    if (counts == m_saved)
        return;
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly) || file.write(toJson(counts)) < 0 || !file.commit()) {
        qCWarning(lcQuota, "cannot write %s (%s): a restart would forget what API keys have sent today",
                  qUtf8Printable(m_file), qUtf8Printable(file.errorString()));
        return;
    }
    m_saved = std::move(counts);
}

} // namespace hudhud

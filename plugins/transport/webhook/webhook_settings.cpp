// SPDX-License-Identifier: GPL-3.0-or-later
#include "webhook_settings.h"

#include <QJsonArray>
#include <QSslSocket>

namespace hudhud {

namespace {

constexpr qsizetype ShortestSecret = 32; // RFC 2104, section 3: at least as long as the hash.

std::chrono::milliseconds duration(const QJsonObject &settings, const char *key)
{
    return std::chrono::milliseconds(settings.value(QLatin1StringView(key)).toInteger());
}

std::size_t count(const QJsonObject &settings, const char *key)
{
    return static_cast<std::size_t>(settings.value(QLatin1StringView(key)).toInteger());
}

Result<QUrl> readUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool isSecure = url.scheme() == QLatin1StringView("https");
    if (!url.isValid() || url.host().isEmpty() || !(isSecure || url.scheme() == QLatin1StringView("http"))
        || !url.userInfo().isEmpty() || url.hasFragment()) {
        return std::unexpected(Error::invalidField(
            QStringLiteral("url"),
            QStringLiteral("url must be an absolute http or https address without user name and fragment, like "
                           "\"https://shop.example.com/hudhud\"")));
    }
    if (isSecure && !QSslSocket::supportsSsl()) {
        return std::unexpected(Error::invalidField(
            QStringLiteral("url"), QStringLiteral("url is https, but this system's Qt has no TLS; install OpenSSL")));
    }
    return url;
}

} // namespace

Result<WebhookSettings> WebhookSettings::fromJson(const QJsonObject &settings)
{
    WebhookSettings result;
    const auto url = readUrl(settings.value(QLatin1StringView("url")).toString());
    if (!url)
        return std::unexpected(url.error());
    result.url = *url;
    result.secret = settings.value(QLatin1StringView("secret")).toString().toUtf8();
    if (result.secret.size() < ShortestSecret) {
        return std::unexpected(Error::invalidField(
            QStringLiteral("secret"),
            QStringLiteral("secret must be at least 32 bytes; make one with: openssl rand -base64 48")));
    }
    for (const QJsonValue &name : settings.value(QLatin1StringView("statuses")).toArray()) {
        if (name.toString() == QLatin1StringView("Read"))
            result.readReceipts = true;
        else if (const auto status = messageStatusFromName(name.toString().toUtf8()))
            result.statuses.set(static_cast<std::size_t>(*status));
    }
    result.timeout = duration(settings, "timeout");
    result.maximumQueued = count(settings, "maximum_queued");
    result.batchSize = count(settings, "batch_size");
    result.batchDelay = duration(settings, "batch_delay");
    return result;
}

} // namespace hudhud

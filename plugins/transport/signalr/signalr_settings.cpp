// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr_settings.h"

#include <QJsonArray>

namespace hudhud {

namespace {

qint64 number(const QJsonObject &settings, const char *key)
{
    return settings.value(QLatin1String(key)).toInteger();
}

std::chrono::milliseconds duration(const QJsonObject &settings, const char *key)
{
    return std::chrono::milliseconds(number(settings, key));
}

QByteArray text(const QJsonObject &settings, const char *key)
{
    return settings.value(QLatin1String(key)).toString().toUtf8();
}

} // namespace

Result<SignalRSettings> SignalRSettings::fromJson(const QJsonObject &settings)
{
    SignalRSettings result;
    result.path = text(settings, "path");
    if (result.path.size() < 2 || !result.path.startsWith('/') || result.path.endsWith('/')
        || result.path.contains('{')) {
        return std::unexpected(Error::invalidField(
            QStringLiteral("path"),
            QStringLiteral("The hub's path must start with a slash, not end with one, and "
                           "hold no braces, like \"/online-mobile-user\".")));
    }
    result.endpoint = text(settings, "endpoint");
    for (const QJsonValue &origin : settings.value(QLatin1String("allowed_origins")).toArray())
        result.allowedOrigins.push_back(origin.toString().toUtf8());
    result.hub = {.handshakeTimeout = duration(settings, "handshake_timeout"),
                  .keepAliveInterval = duration(settings, "keep_alive_interval"),
                  .clientTimeout = duration(settings, "client_timeout"),
                  .maximumMessageSize = number(settings, "maximum_message_size"),
                  .maximumWaitingCalls = static_cast<int>(number(settings, "maximum_waiting_calls")),
                  .batchBytes = number(settings, "batch_size"),
                  .slowReaderBytes = number(settings, "slow_reader_size"),
                  .slowReaderTimeout = duration(settings, "slow_reader_timeout")};
    result.negotiateTimeout = duration(settings, "negotiate_timeout");
    result.maximumNegotiations = number(settings, "maximum_negotiations");
    return result;
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr_settings.h"

#include <QJsonArray>

#include <utility>

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
    for (const auto &[key, path] : {std::pair("path", &result.path), std::pair("business_path", &result.businessPath)}) {
        *path = text(settings, key);
        if (path->size() < 2 || !path->startsWith('/') || path->endsWith('/') || path->contains('{'))
            return std::unexpected(Error::invalidField(
                QLatin1String(key),
                QStringLiteral("A hub's path must start with a slash, not end with one, and hold no braces, like "
                               "\"/online-mobile-user\".")));
    }
    if (result.path == result.businessPath)
        return std::unexpected(
            Error::invalidField(QStringLiteral("business_path"),
                                QStringLiteral("The businesses' hub needs another path than the phones' hub.")));
    result.businessRole = text(settings, "business_role");
    if (result.businessRole.isEmpty())
        return std::unexpected(Error::invalidField(
            QStringLiteral("business_role"),
            QStringLiteral("The role that opens the businesses' hub must not be empty; name one, like \"business\".")));
    result.businessesOnPhoneHub = settings.value(QLatin1String("businesses_on_phone_hub")).toBool();
    result.endpoint = text(settings, "endpoint");
    for (const QJsonValue &origin : settings.value(QLatin1String("allowed_origins")).toArray())
        result.allowedOrigins.push_back(origin.toString().toUtf8());
    const QJsonArray transports = settings.value(QLatin1String("transports")).toArray();
    result.transports = {.webSockets = transports.contains(QLatin1String("WebSockets")),
                         .serverSentEvents = transports.contains(QLatin1String("ServerSentEvents")),
                         .longPolling = transports.contains(QLatin1String("LongPolling"))};
    if (transports.isEmpty())
        return std::unexpected(Error::invalidField(
            QStringLiteral("transports"),
            QStringLiteral("Without a transport nobody can connect; name at least one, like \"WebSockets\".")));
    result.polls = {.poll = duration(settings, "poll_timeout"), .absence = duration(settings, "disconnect_timeout")};
    result.maximumPostBytes = number(settings, "maximum_post_size");
    result.hub = {.handshakeTimeout = duration(settings, "handshake_timeout"),
                  .keepAliveInterval = duration(settings, "keep_alive_interval"),
                  .clientTimeout = duration(settings, "client_timeout"),
                  .maximumMessageSize = number(settings, "maximum_message_size"),
                  .maximumWaitingCalls = static_cast<int>(number(settings, "maximum_waiting_calls")),
                  .maximumStreams = static_cast<int>(number(settings, "maximum_streams")),
                  .streamBufferCapacity = static_cast<int>(number(settings, "stream_buffer_capacity")),
                  .heldInputBytes = number(settings, "held_input_size"),
                  .maximumClientCalls = static_cast<int>(number(settings, "maximum_client_calls")),
                  .clientResultTimeout = duration(settings, "client_result_timeout"),
                  .maximumGroups = static_cast<int>(number(settings, "maximum_connection_groups")),
                  .detailedErrors = settings.value(QLatin1String("detailed_errors")).toBool(),
                  .batchBytes = number(settings, "batch_size"),
                  .slowReaderBytes = number(settings, "slow_reader_size"),
                  .slowReaderTimeout = duration(settings, "slow_reader_timeout"),
                  .replayBytes = number(settings, "stateful_buffer_size"),
                  .resumeTimeout = duration(settings, "resume_timeout"),
                  .closeOnExpiry = settings.value(QLatin1String("close_on_token_expiry")).toBool()};
    result.chat = {.maximumSubject = number(settings, "maximum_subject"),
                   .maximumContent = number(settings, "maximum_content"),
                   .maximumConversation = number(settings, "maximum_conversation"),
                   .maximumMetadata = number(settings, "maximum_metadata"),
                   .messagesPerSecond = static_cast<int>(number(settings, "messages_per_second")),
                   .burst = static_cast<int>(number(settings, "message_burst")),
                   .idempotencyWindow = duration(settings, "idempotency_window"),
                   .mayJoinGroups = settings.value(QLatin1String("recipients_join_groups")).toBool()};
    result.statusBufferBytes = number(settings, "status_buffer_size");
    result.negotiateTimeout = duration(settings, "negotiate_timeout");
    result.isStateful = settings.value(QLatin1String("stateful_reconnect")).toBool();
    result.maximumNegotiations = number(settings, "maximum_negotiations");
    result.maximumConnections = number(settings, "maximum_connections");
    return result;
}

} // namespace hudhud

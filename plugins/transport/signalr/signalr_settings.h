// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat_limits.h"
#include "core/error.h"
#include "offered_transports.h"
#include "signalr/hub_settings.h"

#include <QJsonObject>

#include <chrono>
#include <vector>

namespace hudhud {

/// The plugin's settings; metadata.json describes each and holds the defaults.
struct SignalRSettings
{
    QByteArray path; ///< Of the phones' hub.
    QByteArray businessPath;
    QByteArray businessRole;
    bool businessesOnPhoneHub = false;
    QByteArray endpoint;
    std::vector<QByteArray> allowedOrigins;
    OfferedTransports transports;
    PollTimes polls;
    qint64 maximumPostBytes = 0;
    HubSettings hub;
    ChatLimits chat;
    qint64 statusBufferBytes = 0;
    std::chrono::milliseconds negotiateTimeout{0};
    bool isStateful = false; ///< Stateful reconnect for clients that ask for it.
    qint64 maximumNegotiations = 0;
    qint64 maximumConnections = 0; ///< Of each hub.

    /// Reads settings that already passed the schema. Errors: InvalidField naming the key.
    static Result<SignalRSettings> fromJson(const QJsonObject &settings);
};

} // namespace hudhud

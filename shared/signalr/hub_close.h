// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace hudhud {

/// Why a hub connection ended.
enum class HubCloseCause : quint8 {
    TransportLost,
    ClientLeft,
    HandshakeFailed,
    ProtocolError,
    MessageTooLarge,
    ClientTimeout,
    SlowReader,
    ServerStopping,
    Revoked,
    TokenExpired,
    InputOverflow,
    Redistributed, ///< Another node has more room.
};
inline constexpr int HubCloseCauseCount = 12;

/// How the client is told. Clients that may reconnect by themselves do so only where `allowReconnect` is set,
/// or where there was no Close message at all.
struct HubCloseRule
{
    QByteArrayView name; ///< In metrics: "client-timeout".
    bool isAnnounced = false; ///< A Close message goes out first.
    QByteArrayView error; ///< Its text; may be empty.
    bool allowReconnect = false;
};

const HubCloseRule &hubCloseRule(HubCloseCause cause);

} // namespace hudhud

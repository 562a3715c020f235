// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_connection_options.h"

#include <QUrl>

namespace hudhud::client {

/// A transport that the server offers.
struct OfferedTransport
{
    TransportKind kind = TransportKind::WebSockets;
    bool carriesText = false;
    bool carriesBinary = false;
};

/// What a negotiation brought (version 0 or 1): a connection, or another address to negotiate at.
struct NegotiateAnswer
{
    QString connectionId; ///< Public.
    QString connectionToken; ///< Secret: names the connection in every later request.
    QList<OfferedTransport> transports; ///< The server's preference first; unknown ones are left out.
    bool isStateful = false;
    QUrl redirect; ///< Empty: there is none.
    QByteArray redirectToken; ///< Replaces the application's token after a redirection, if it is there.
};

/// The address of negotiation version 1 for `hub`, whose own query is kept.
QUrl negotiateUrl(const QUrl &hub, bool asksForStateful);
/// The address of one connection.
QUrl connectionUrl(const QUrl &hub, const QString &connectionToken);

/// Reads the body of a 200. Errors: Refused with the server's text; Protocol.
Result<NegotiateAnswer> parseNegotiateAnswer(const QByteArray &body);

} // namespace hudhud::client

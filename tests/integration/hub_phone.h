// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "push_server.h"

#include "signalr/client/hub_connection.h"

#include <span>
#include <string>

namespace hudhud::test {

/// One way to connect: each transport with each protocol that it carries.
struct HubLine
{
    const char *name;
    client::TransportKind transport;
    client::ProtocolKind protocol;
};

std::span<const HubLine> hubLines();

/// The Qt client as a phone: it acknowledges what it receives, unless told otherwise, and comes back for
/// ever.
class HubPhone
{
public:
    HubPhone(const QUrl &hub, const client::HubConnectionOptions &options);

    static client::HubConnectionOptions options(const HubLine &line, const std::string &token);

    /// Connects and waits for it.
    client::Result<void> start() { return await(connection.start()); }
    /// Waits for the result in the event loop.
    template <typename T> static client::Result<T> await(const QFuture<client::Result<T>> &future)
    {
        if (!waitFor([&] { return future.isFinished(); }))
            return client::failure(client::HubError::Kind::Timeout,
                                   QStringLiteral("The test waited in vain."));
        return future.result();
    }
    int doubles() const { return static_cast<int>(received.size() - contents.size()); }

    client::HubConnection connection;
    QStringList received; ///< Ids as they came.
    QHash<QString, QString> contents; ///< By id.
    QSet<QString> acknowledged;
    bool acknowledges = true;
    int losses = 0; ///< Of the connection.
    int reconnections = 0;

private:
    void receive(const QJsonArray &messages);
};

} // namespace hudhud::test

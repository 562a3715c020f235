// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fake_server.h"

#include "signalr/client/hub_connection.h"

#include <QSignalSpy>
#include <QTest>

#include <memory>

namespace hudhud::client {

using namespace std::chrono_literals;
using Kind = HubError::Kind;
using State = HubConnection::State;

/// The result of a future, once the event loop has brought it; a Timeout if it did not come.
template <typename T> Result<T> await(const QFuture<Result<T>> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 60'000) || future.resultCount() == 0)
        return failure(Kind::Timeout, QStringLiteral("The test waited in vain."));
    return future.result();
}

/// A connection to a fake server, and what it reported.
struct Client
{
    Client(const FakeServer &server, HubConnectionOptions options = {})
        : connection(server.url(), std::move(options))
    {
        QObject::connect(&connection, &HubConnection::stateChanged, &connection,
                         [this](State state) { states.append(state); });
        QObject::connect(&connection, &HubConnection::reconnecting, &connection,
                         [this](const HubError &error) { losses.append(error); });
        QObject::connect(&connection, &HubConnection::reconnected, &connection, [this] { ++reconnections; });
        QObject::connect(&connection, &HubConnection::closed, &connection,
                         [this](const HubError &error) { ends.append(error); });
    }

    bool start()
    {
        const Result<void> result = await(connection.start());
        if (!result)
            qWarning("start: %s", qUtf8Printable(result.error().message));
        return result.has_value();
    }
    HubError failToStart()
    {
        const Result<void> result = await(connection.start());
        return result ? HubError() : result.error();
    }
    bool stop()
    {
        const QFuture<void> future = connection.stop();
        return QTest::qWaitFor([&] { return future.isFinished(); });
    }

    HubConnection connection;
    QList<State> states;
    QList<HubError> losses;
    QList<HubError> ends;
    int reconnections = 0;
};

/// Comes back at once, as often as it takes.
inline HubConnectionOptions persistent()
{
    HubConnectionOptions options;
    options.reconnect = reconnectForever({0ms, 10ms});
    return options;
}

} // namespace hudhud::client

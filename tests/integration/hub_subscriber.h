// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub_phone.h"
#include "tcp_proxy.h"

#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace hudhud::test {

/// A number that nobody of this test has yet.
QString newNumber();

/// The same message `count` times.
QList<PostedMessage> texts(const QString &recipient, int count, const QString &content);

/// A phone of the line behind a network of its own.
struct Subscriber
{
    Subscriber(PushServer &pushServer, const HubLine &itsLine,
               const std::function<void(client::HubConnectionOptions &)> &adjust = {});

    void post(int count, const QString &content = QStringLiteral("text"))
    {
        accepted += server.post(texts(number, count, content));
    }
    /// Waits until all that was accepted has arrived and is acknowledged. False: it wrote what is missing.
    bool hasEverything();

    PushServer &server;
    const HubLine &line;
    QString number = newNumber();
    TcpProxy proxy;
    std::unique_ptr<HubPhone> phone;
    QStringList accepted; ///< Ids of messages that were answered with 202.
};

using Subscribers = std::vector<std::unique_ptr<Subscriber>>;

/// Waits until it is true of each at the same time.
bool waitForEach(const Subscribers &subscribers, const std::function<bool(Subscriber &)> &condition);
/// Connects all at once. False: it wrote what failed.
bool startEach(const Subscribers &subscribers);
bool haveEverything(const Subscribers &subscribers);
/// Waits until each has received a random number of messages more, at most `most`.
bool waitForProgress(const Subscribers &subscribers, int most);
/// Writes for each how much it got.
void tellDoubles(const Subscribers &subscribers);

/// Posts to all of the subscribers, again and again, until it ends, as long as none is far behind: what a
/// slow machine cannot deliver meanwhile must be waited for in the end. They must live as long.
class Traffic
{
public:
    explicit Traffic(const Subscribers &subscribers);

    /// Posts no more and waits for the last answer.
    bool end();

private:
    void post();

    const Subscribers &m_subscribers;
    QTimer m_timer;
    bool m_isPosting = false;
};

} // namespace hudhud::test

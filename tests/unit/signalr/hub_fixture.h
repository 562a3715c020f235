// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakes.h"
#include "signalr/hub_connection.h"
#include "signalr/hub_connection_group.h"
#include "signalr/json_hub_protocol.h"
#include "signalr/messagepack_hub_protocol.h"

namespace hudhud {

/// A session that does nothing but note what happens.
class QuietSession : public HubSession
{
public:
    explicit QuietSession(QList<QByteArray> &notes)
        : m_notes(notes)
    {
    }
    void opened(HubConnection &connection) override
    {
        m_connection = &connection;
        m_notes.append("opened");
    }
    void congested() override { m_notes.append("congested"); }
    void drained() override { m_notes.append("drained"); }
    void resumed() override { m_notes.append("resumed"); }
    void closed() override { m_notes.append("closed"); }

protected:
    HubConnection &connection() const { return *m_connection; }
    QList<QByteArray> &notes() const { return m_notes; }

private:
    QList<QByteArray> &m_notes;
    HubConnection *m_connection = nullptr;
};

/// One hub on one thread, with connections over fake transports.
class HubFixture
{
public:
    struct Client
    {
        QList<QByteArray> notes;
        std::unique_ptr<FakeTransport> transport = std::make_unique<FakeTransport>();
        std::shared_ptr<HubConnection> connection;

        /// The group may hold the connection until its next flush; the notes end here.
        ~Client()
        {
            if (connection)
                connection->transportClosed();
        }
    };

    explicit HubFixture(const HubSettings &settings = {})
        : hub(HubCounters::create(metrics, "test"))
        , group(std::make_unique<HubConnectionGroup>(settings, clock))
    {
        group->addProtocol(std::make_unique<JsonHubProtocol>());
        group->addProtocol(std::make_unique<MessagePackHubProtocol>());
    }

    /// Connects over JSON and takes the handshake's answer.
    template <typename Session = QuietSession>
    std::unique_ptr<Client> connect(HubIdentity identity = {}, const QByteArray &protocol = "json")
    {
        auto client = std::make_unique<Client>();
        client->connection = std::make_shared<HubConnection>(
            *group, hub, std::make_unique<Session>(client->notes), std::move(identity));
        client->connection->open(*client->transport);
        client->connection->receive(record("{\"protocol\":\"" + protocol + "\",\"version\":1}"));
        group->flush();
        client->transport->take();
        return client;
    }
    void receive(Client &client, QByteArrayView text) { client.connection->receive(record(text)); }
    /// What the client was sent, record by record.
    QList<QByteArray> output(Client &client, int turns = 1)
    {
        for (int i = 0; i < turns; ++i)
            group->flush();
        QList<QByteArray> records = client.transport->take().join().split('\x1e');
        records.removeLast();
        return records;
    }
    void pass(int seconds)
    {
        for (int i = 0; i < seconds; ++i) {
            clock.advance(std::chrono::seconds(1));
            group->tick();
        }
    }

    FakeClock clock;
    FakeMetrics metrics;
    Hub hub;
    std::unique_ptr<HubConnectionGroup> group;
};

} // namespace hudhud

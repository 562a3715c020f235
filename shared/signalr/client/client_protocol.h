// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_connection_options.h"
#include "signalr/hub_protocol.h"

#include <QJsonArray>

#include <memory>

namespace hudhud::client {

/// A call of a hub's method.
struct OutgoingCall
{
    HubMessageType type = HubMessageType::Invocation; ///< Or StreamInvocation.
    QByteArray id; ///< Empty: no answer is wanted.
    QString target;
    QJsonArray arguments;
    QList<QByteArray> streamIds; ///< Uploads; they stand for the last parameters.
};

/// What a client writes beyond HubProtocol, which was made for servers. Each function gives one whole, framed
/// message. Thread: the connection's.
class ClientProtocol
{
public:
    static std::unique_ptr<ClientProtocol> create(ProtocolKind kind);

    virtual ~ClientProtocol() = default;
    HubProtocol &hub() const { return *m_hub; }

    virtual QByteArray call(const OutgoingCall &call) const = 0;
    virtual QByteArray streamItem(const QByteArray &id, const QJsonValue &item) const = 0;
    virtual QByteArray cancel(const QByteArray &id) const = 0;
    virtual QByteArray ack(qint64 sequenceId) const = 0;
    virtual QByteArray sequence(qint64 sequenceId) const = 0;

    QByteArray completion(const QByteArray &id) const; ///< Of an upload.
    QByteArray result(const QByteArray &id, const QJsonValue &value) const; ///< Of a call by the server.
    QByteArray failure(const QByteArray &id, const QString &error) const;
    QByteArray ping() const;
    QByteArray close() const;
    /// The first record of a connection, which is JSON for every protocol.
    QByteArray handshake(int version) const;

protected:
    explicit ClientProtocol(std::unique_ptr<HubProtocol> hub)
        : m_hub(std::move(hub))
    {
    }

private:
    std::unique_ptr<HubProtocol> m_hub;
};

} // namespace hudhud::client

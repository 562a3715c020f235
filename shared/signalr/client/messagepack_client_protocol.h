// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/client_protocol.h"

#include <functional>

namespace hudhud {
class MessagePackWriter;
}

namespace hudhud::client {

/// The client's messages of the hub protocol "messagepack".
class MessagePackClientProtocol final : public ClientProtocol
{
public:
    MessagePackClientProtocol();
    ~MessagePackClientProtocol() override;

    QByteArray call(const OutgoingCall &call) const override;
    QByteArray streamItem(const QByteArray &id, const QJsonValue &item) const override;
    QByteArray cancel(const QByteArray &id) const override;
    QByteArray ack(qint64 sequenceId) const override;
    QByteArray sequence(qint64 sequenceId) const override;

private:
    class Parser;
    /// One message whose body `write` writes.
    QByteArray framed(const std::function<void(MessagePackWriter &writer)> &write) const;
    QByteArray numbered(HubMessageType type, qint64 sequenceId) const;

    std::unique_ptr<Parser> m_parser; ///< For values that are given as JSON.
};

} // namespace hudhud::client

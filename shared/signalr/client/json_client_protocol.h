// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/client_protocol.h"

namespace hudhud::client {

/// The client's messages of the hub protocol "json".
class JsonClientProtocol final : public ClientProtocol
{
public:
    JsonClientProtocol();

    QByteArray call(const OutgoingCall &call) const override;
    QByteArray streamItem(const QByteArray &id, const QJsonValue &item) const override;
    QByteArray cancel(const QByteArray &id) const override;
    QByteArray ack(qint64 sequenceId) const override;
    QByteArray sequence(qint64 sequenceId) const override;
};

} // namespace hudhud::client

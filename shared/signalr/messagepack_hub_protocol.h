// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_protocol.h"

#include <memory>

namespace hudhud {

/// The hub protocol "messagepack": each message is a MessagePack array behind its length, a base-128 number of 1 to 5
/// bytes, least significant first. Received bytes and extensions become values of the kind Binary, which fit no argument.
class MessagePackHubProtocol final : public HubProtocol
{
public:
    MessagePackHubProtocol();
    ~MessagePackHubProtocol() override;

    QByteArrayView name() const override { return "messagepack"; }
    TransferFormat transferFormat() const override { return TransferFormat::Binary; }
    qsizetype messageLength(QByteArrayView input) const override;
    /// The values of `message` point into `framed`.
    Outcome parse(QByteArrayView framed, HubMessage &message) override;

    void writeInvocation(QByteArray &out, QByteArrayView target, qsizetype argumentCount,
                         const HubValues &arguments) const override;
    void writeCall(QByteArray &out, const HubCallHead &head, qsizetype argumentCount,
                   const HubValues &arguments) const override;
    void writeStreamItem(QByteArray &out, QByteArrayView invocationId, const HubValues &item) const override;
    void writeCancellation(QByteArray &out, QByteArrayView invocationId) const override;
    void writeCompletion(QByteArray &out, QByteArrayView invocationId,
                         const HubValues &result) const override;
    void writeFailure(QByteArray &out, QByteArrayView invocationId, QByteArrayView error) const override;
    void writePing(QByteArray &out) const override;
    void writeAck(QByteArray &out, qint64 sequenceId) const override;
    void writeSequence(QByteArray &out, qint64 sequenceId) const override;
    void writeClose(QByteArray &out, QByteArrayView error, bool allowReconnect) const override;

private:
    void writeNumbered(QByteArray &out, HubMessageType type, qint64 sequenceId) const;

    class Parser;
    std::unique_ptr<Parser> m_parser; ///< For values that are given as JSON.
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_protocol.h"

#include <memory>

namespace hudhud {

/// Ends each JSON record on the wire, handshakes included.
inline constexpr char RecordSeparator = 0x1E;

/// The hub protocol "json": one JSON object in UTF-8 per message, each ended by a record separator. Never
/// writes a property whose value is null, and no headers: some clients cannot read them.
class JsonHubProtocol final : public HubProtocol
{
public:
    /// Deepest nesting of arrays and objects that `parse` takes.
    static constexpr int MaximumDepth = 32;

    JsonHubProtocol();
    ~JsonHubProtocol() override;

    QByteArrayView name() const override { return "json"; }
    TransferFormat transferFormat() const override { return TransferFormat::Text; }
    qsizetype messageLength(QByteArrayView input) const override
    {
        return input.indexOf(RecordSeparator) + 1;
    }
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
    class Parser;
    std::unique_ptr<Parser> m_parser;
};

} // namespace hudhud

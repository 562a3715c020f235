// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_producer.h"

#include <memory>

namespace hudhud {

class HubConnection;

/// The right and duty to answer one call of a hub method, once, now or later. Calls whose caller wants no
/// answer ignore whatever is said here. A call destroyed without an answer fails, so that no client waits for
/// ever. Thread: the connection's I/O thread. It may outlive the connection; answers are dropped then.
class HubCall
{
public:
    /// An empty `invocationId`: the caller wants no answer.
    HubCall(HubConnection &connection, QByteArrayView invocationId, QByteArrayView target);
    HubCall(HubCall &&other) noexcept = default;
    HubCall &operator=(HubCall &&other) = delete;
    ~HubCall();

    bool wantsAnswer() const { return !m_invocationId.isEmpty(); }
    /// The method is done; `result` writes its value, if it has one.
    void complete(const HubValues &result = {});
    /// The result of a streaming method: items as `producer` gives them, then its end.
    void stream(std::unique_ptr<HubProducer> producer);
    /// The method failed; `message` is meant for the caller.
    void fail(QByteArrayView message);
    /// Something inside failed; callers see `detail` only where `detailedErrors` is set.
    void failInside(QByteArrayView detail);
    /// The arguments do not fit the method.
    void failBinding();

private:
    /// The connection to answer to, once; null when it is gone or has its answer.
    std::shared_ptr<HubConnection> takeConnection();

    std::weak_ptr<HubConnection> m_connection;
    QByteArray m_invocationId;
    QByteArray m_target;
};

} // namespace hudhud

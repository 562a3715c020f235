// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_error.h"

#include <QJsonValue>
#include <QObject>

namespace hudhud::client {

class CallPort;

/// One stream of values from the server, made by HubConnection::stream. Nothing is kept: items are handed
/// over as they come. Thread: its connection's. Ownership: a child of its connection; delete it when it is no
/// longer needed. Deleted early, it is cancelled.
class HubStream final : public QObject
{
    Q_OBJECT

public:
    ~HubStream() override;

    bool isFinished() const { return !m_port; }
    /// Tells the server to stop. `finished` comes at once with the kind Cancelled, and no item after it.
    void cancel();

Q_SIGNALS:
    void itemReceived(const QJsonValue &item);
    /// Comes once. The kind None: the server has sent everything.
    void finished(const hudhud::client::HubError &error);

private:
    friend class CallTable;
    HubStream(CallPort &port, QObject *parent)
        : QObject(parent)
        , m_port(&port)
    {
    }
    void finish(const HubError &error);

    CallPort *m_port; ///< Null when it is finished.
    QByteArray m_id; ///< Empty before it was sent.
};

} // namespace hudhud::client

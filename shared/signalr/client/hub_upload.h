// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_error.h"

#include <QJsonValue>
#include <QObject>

namespace hudhud::client {

class CallPort;

/// One stream of values to the server. Made by HubConnection::createUpload, it opens when it is passed to a
/// call, and ends with `complete`, `fail`, the end of that call, or the connection. Thread: its connection's.
/// Ownership: a child of its connection; delete it when it is no longer needed. Deleted while open, it fails.
class HubUpload final : public QObject
{
    Q_OBJECT

public:
    ~HubUpload() override;

    bool isOpen() const { return m_port != nullptr; }
    /// Errors: InvalidUse unless it is open; QueueFull: try again later.
    Result<void> send(const QJsonValue &item);
    void complete();
    /// Ends it with a failure that the hub's method sees.
    void fail(const QString &message);

Q_SIGNALS:
    /// It takes no more items. Comes once.
    void ended();

private:
    friend class CallTable;
    explicit HubUpload(QObject *parent)
        : QObject(parent)
    {
    }
    void open(CallPort &port, const QByteArray &id);
    void end();

    CallPort *m_port = nullptr;
    QByteArray m_id;
    bool m_wasOpened = false;
};

} // namespace hudhud::client

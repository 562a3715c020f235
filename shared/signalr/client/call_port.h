// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_error.h"

#include <QJsonValue>

namespace hudhud::client {

/// What streams and uploads need of their connection. Thread: the connection's. Outlives every stream and
/// upload that is open.
class CallPort
{
public:
    virtual ~CallPort() = default;
    /// Forgets the call and tells the server to stop. Unknown ids are ignored.
    virtual void cancelCall(const QByteArray &id) = 0;
    virtual Result<void> sendItem(const QByteArray &id, const QJsonValue &item) = 0;
    /// An empty `error`: the upload is complete.
    virtual void endUpload(const QByteArray &id, const QString &error) = 0;
};

} // namespace hudhud::client

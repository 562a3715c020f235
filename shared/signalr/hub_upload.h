// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_message.h"

#include <memory>

namespace hudhud {

class HubConnection;

/// Takes the items of one stream from a client. Thread: the connection's I/O thread. Ownership: the connection, which
/// destroys it after `ended`, after it had enough, or with itself.
class HubUploadReader
{
public:
    enum class Taken : quint8 {
        Yes,
        Later, ///< Not taken: it comes again after HubUpload::resume. Meanwhile the client is held back.
        Enough, ///< Taken, and the rest of the stream is dropped.
    };

    virtual ~HubUploadReader() = default;
    /// The value's views end when it returns.
    virtual Taken item(const HubValue &value) = 0;
    /// The last call. `error`: why the client's producer failed, or that the connection ended; else empty.
    virtual void ended(QByteArrayView error) = 0;
};

/// A parameter of hub methods: one stream that the caller sends. Without a reader when the method returns, the stream
/// is dropped. Thread: the connection's I/O thread; may outlive the connection.
class HubUpload
{
public:
    HubUpload(std::weak_ptr<HubConnection> connection, QByteArray id)
        : m_connection(std::move(connection))
        , m_id(std::move(id))
    {
    }

    /// Items that the client sends go to `reader` from now on. Once.
    void read(std::unique_ptr<HubUploadReader> reader);
    /// After Later: the reader takes items again, from the next loop turn on.
    void resume();

private:
    std::weak_ptr<HubConnection> m_connection;
    QByteArray m_id;
};

} // namespace hudhud

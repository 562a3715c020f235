// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_upload.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace hudhud {

/// The streams from one client to the server. Items that a reader does not take at once wait, as the client sent them;
/// with a full buffer no more of the connection is read. Thread: the connection's. Bounds: `capacity` items of one
/// stream, each within the limit on messages.
class HubUploads
{
public:
    /// Reads one framed StreamItem again; the value's views end with the next message.
    using Parse = std::function<const HubValue *(QByteArrayView framed)>;

    std::size_t size() const { return m_streams.size(); }
    bool contains(QByteArrayView id) const { return find(id) != nullptr; }
    void add(const QByteArray &id);
    /// The method has returned: streams without a reader go.
    void dropUnread();
    void read(QByteArrayView id, std::unique_ptr<HubUploadReader> reader);
    void resume(QByteArrayView id);

    /// An item came as `framed`. Unknown streams are ignored.
    void item(QByteArrayView id, const HubValue &value, QByteArrayView framed);
    /// False: there is no such stream.
    bool end(QByteArrayView id, QByteArrayView error);
    /// Gives readers that take items again what has waited.
    void deliver(const Parse &parse);
    /// Whether a buffer is full.
    bool isFull(int capacity) const;
    void endAll(QByteArrayView error);

private:
    struct Stream
    {
        QByteArray id;
        std::unique_ptr<HubUploadReader> reader;
        std::deque<QByteArray> waiting; ///< Framed, oldest first.
        QByteArray error;
        bool isHeld = false; ///< The reader said Later.
        bool isEnded = false; ///< By the client; what waits comes first.
    };

    Stream *find(QByteArrayView id) const;
    /// Result: whether it was taken.
    bool offer(Stream &stream, const HubValue &value);
    void deliverOne(Stream &stream, const Parse &parse);
    void finish(Stream &stream);
    void removeFinished();

    std::vector<std::unique_ptr<Stream>> m_streams; ///< Finished ones have no reader.
};

} // namespace hudhud

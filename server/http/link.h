// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QHostAddress>

#include <span>

namespace hudhud {

/// A connected stream, plain or TLS, that never blocks. Thread: its I/O thread.
/// Why not QTcpSocket for plain ones: it keeps ring buffer chunks for reading and writing on every idle
/// connection and copies each request and answer through them.
class Link
{
public:
    /// Told what happens on the link. None of these is called from within a call to the link.
    class Listener
    {
    public:
        virtual ~Listener() = default;
        virtual void linkReadable() = 0;
        /// The kernel took bytes that had been waiting.
        virtual void linkWritten() = 0;
        /// The link broke; nothing more can be read or written.
        virtual void linkBroken() = 0;
    };

    enum class ReadState : quint8 { Open, PeerFinished, Broken };

    virtual ~Link() = default;

    /// Reads what is there, at most `buffer.size()` bytes; `length` may be 0 in any state.
    virtual ReadState read(std::span<char> buffer, qsizetype &length) = 0;
    /// True when bytes wait that no `linkReadable` will announce.
    virtual bool hasUnannouncedBytes() const = 0;
    /// While off, bytes stay with the kernel and the peer is slowed down.
    virtual void setReading(bool isOn) = 0;
    /// Sends what the kernel takes now and keeps the rest. False when the link is broken.
    virtual bool write(QByteArrayView bytes) = 0;
    virtual qint64 bytesUnsent() const = 0;
    /// Tells the peer that nothing more will come. False when the link is broken.
    virtual bool finishSending() = 0;
    /// Drops the link; the listener is not called any more.
    virtual void drop() = 0;
    virtual bool isSecure() const = 0;
};

} // namespace hudhud

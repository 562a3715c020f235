// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/link.h"

#include <QSslConfiguration>
#include <QSslSocket>

namespace hudhud {

/// A TLS connection, server side.
class TlsLink final : public Link
{
public:
    /// Takes over a connected descriptor and starts the TLS handshake. `listener` outlives the
    /// link.
    TlsLink(qintptr descriptor, const QSslConfiguration &configuration, qint64 readBufferBytes,
            Listener &listener);
    ~TlsLink() override;

    ReadState read(std::span<char> buffer, qsizetype &length) override;
    bool hasUnannouncedBytes() const override { return m_socket.bytesAvailable() > 0; }
    void setReading(bool) override {} // the read buffer's size bounds what is taken from the kernel
    bool write(QByteArrayView bytes) override;
    qint64 bytesUnsent() const override { return m_socket.bytesToWrite() + m_socket.encryptedBytesToWrite(); }
    bool finishSending() override;
    void drop() override;
    bool isSecure() const override { return true; }

private:
    QSslSocket m_socket;
};

} // namespace hudhud

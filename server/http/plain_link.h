// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/link.h"

#include <QByteArray>
#include <QSocketNotifier>

#include <memory>

namespace hudhud {

/// A TCP connection on its descriptor. Memory while idle: this object with one notifier.
class PlainLink final : public Link
{
public:
    /// Takes over a connected descriptor, blocking or not. `listener` outlives the link.
    PlainLink(qintptr descriptor, Listener &listener);
    ~PlainLink() override;

    ReadState read(std::span<char> buffer, qsizetype &length) override;
    bool hasUnannouncedBytes() const override { return false; }
    void setReading(bool isOn) override;
    bool write(QByteArrayView bytes) override;
    qint64 bytesUnsent() const override { return m_unsent.size() - m_sent; }
    bool finishSending() override;
    void drop() override;
    bool isSecure() const override { return false; }

private:
    /// Calls a member when the descriptor is ready, without the cost of a signal.
    class Notifier;

    qsizetype sendNow(QByteArrayView bytes);
    void writable();

    int m_descriptor;
    Listener &m_listener;
    std::unique_ptr<Notifier> m_readNotifier;
    std::unique_ptr<Notifier> m_writeNotifier; ///< Only while bytes wait.
    QByteArray m_unsent;
    qsizetype m_sent = 0; ///< Bytes of m_unsent that are gone already.
};

} // namespace hudhud

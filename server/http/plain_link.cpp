// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/plain_link.h"

#include <QEvent>

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hudhud {

class PlainLink::Notifier final : public QSocketNotifier
{
public:
    Notifier(PlainLink &link, Type type)
        : QSocketNotifier(link.m_descriptor, type)
        , m_link(link)
    {
    }

protected:
    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::SockAct)
            return QSocketNotifier::event(event);
        if (type() == Read)
            m_link.m_listener.linkReadable();
        else
            m_link.writable();
        return true;
    }

private:
    PlainLink &m_link;
};

PlainLink::PlainLink(qintptr descriptor, Listener &listener)
    : m_descriptor(int(descriptor))
    , m_listener(listener)
    , m_readNotifier(std::make_unique<Notifier>(*this, QSocketNotifier::Read))
{
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

PlainLink::~PlainLink()
{
    PlainLink::drop();
}

Link::ReadState PlainLink::read(std::span<char> buffer, qsizetype &length)
{
    length = 0;
    const ssize_t result = ::recv(m_descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (result > 0) {
        length = result;
        return ReadState::Open;
    }
    if (result == 0)
        return ReadState::PeerFinished;
    return errno == EAGAIN || errno == EINTR ? ReadState::Open : ReadState::Broken;
}

void PlainLink::setReading(bool isOn)
{
    if (m_readNotifier)
        m_readNotifier->setEnabled(isOn);
}

/// Result: the bytes taken, or -1 when the link is broken.
qsizetype PlainLink::sendNow(QByteArrayView bytes)
{
    const ssize_t result
        = ::send(m_descriptor, bytes.data(), std::size_t(bytes.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (result >= 0)
        return result;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

bool PlainLink::write(QByteArrayView bytes)
{
    if (m_descriptor < 0)
        return false;
    if (!m_unsent.isEmpty()) {
        m_unsent.append(bytes);
        return true;
    }
    const qsizetype sent = sendNow(bytes);
    if (sent < 0)
        return false;
    if (sent < bytes.size()) {
        m_unsent.append(bytes.sliced(sent));
        if (!m_writeNotifier)
            m_writeNotifier = std::make_unique<Notifier>(*this, QSocketNotifier::Write);
        m_writeNotifier->setEnabled(true);
    }
    return true;
}

void PlainLink::writable()
{
    const qsizetype sent = sendNow(QByteArrayView(m_unsent).sliced(m_sent));
    if (sent < 0) {
        m_writeNotifier->setEnabled(false);
        m_listener.linkBroken();
        return;
    }
    m_sent += sent;
    if (m_sent == m_unsent.size()) {
        m_writeNotifier->setEnabled(false);
        m_unsent = QByteArray();
        m_sent = 0;
    } else if (m_sent > m_unsent.size() / 2) {
        m_unsent.remove(0, m_sent);
        m_sent = 0;
    }
    if (sent > 0)
        m_listener.linkWritten();
}

bool PlainLink::finishSending()
{
    return ::shutdown(m_descriptor, SHUT_WR) == 0;
}

void PlainLink::drop()
{
    if (m_descriptor < 0)
        return;
    // The notifiers may be in the middle of telling; they are destroyed with the link.
    m_readNotifier->setEnabled(false);
    if (m_writeNotifier)
        m_writeNotifier->setEnabled(false);
    ::close(m_descriptor);
    m_descriptor = -1;
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>
#include <QUrl>

#include <limits>
#include <list>
#include <memory>

namespace hudhud::test {

class ProxyLink;

/// A bad network: forwards TCP links to a server and can delay, split, cut and stall them, and refuse new
/// ones. Thread: that of the test, in whose event loop it works.
class TcpProxy final : public QObject
{
    Q_OBJECT

public:
    struct Delay
    {
        int latency = 0; ///< Milliseconds that data waits.
        int jitter = 0; ///< Up to so many more.
        int largestPiece
            = std::numeric_limits<int>::max(); ///< Data comes in odd pieces of up to so many bytes.
    };

    /// `server` may be restarted behind it.
    explicit TcpProxy(const QUrl &server);
    ~TcpProxy() override;

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_listener.serverPort())); }

    /// For data that comes from now on.
    void setDelay(const Delay &delay) { m_delay = delay; }
    /// Resets all links (RST to both ends).
    void cut();
    /// The next time that the server sends something only half of it passes; then all links are reset.
    void cutInMidMessage() { m_isCutDue = true; }
    bool isCutDue() const { return m_isCutDue; }
    /// The network under the present links is dead: they take what they are given and forward nothing, not
    /// even their end. New links work.
    void stall();
    /// Stalled links go on where they were.
    void resume();
    /// New links are reset at once.
    void setRefusing(bool isRefusing) { m_isRefusing = isRefusing; }
    int refused() const { return m_refused; }

private:
    friend class ProxyLink;
    void accept();

    QTcpServer m_listener;
    QUrl m_server;
    Delay m_delay;
    bool m_isCutDue = false;
    bool m_isRefusing = false;
    int m_refused = 0;
    std::list<std::unique_ptr<ProxyLink>> m_links;
};

} // namespace hudhud::test

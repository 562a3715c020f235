// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection_tokens.h"

#include <QRandomGenerator>

#include <cstring>

namespace hudhud {

ConnectionToken ConnectionToken::random()
{
    ConnectionToken token;
    for (quint64 &word : token.m_words)
        word = QRandomGenerator::system()->generate64();
    return token;
}

std::optional<ConnectionToken> ConnectionToken::fromString(const QByteArray &text)
{
    ConnectionToken token;
    const auto decoded = QByteArray::fromBase64Encoding(
        text, QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() != sizeof token.m_words)
        return std::nullopt;
    std::memcpy(token.m_words.data(), decoded.decoded.constData(), sizeof token.m_words);
    return token;
}

QByteArray ConnectionToken::toString() const
{
    return QByteArray(reinterpret_cast<const char *>(m_words.data()), sizeof m_words)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

ConnectionTokens::ConnectionTokens(const Clock &clock, qint64 limit, std::chrono::milliseconds lifetime)
    : m_clock(clock)
    , m_limit(limit)
    , m_lifetime(lifetime)
{
}

std::optional<ConnectionToken> ConnectionTokens::issue(const QByteArray &user, bool isResumable)
{
    const ConnectionToken token = ConnectionToken::random();
    const std::scoped_lock lock(m_mutex);
    expireLocked();
    if (m_waiting >= m_limit)
        return std::nullopt;
    m_entries.emplace(token, Entry{.user = user, .isAttached = false, .isResumable = isResumable, .home = {}});
    m_issued.emplace_back(m_clock.steadyNow() + m_lifetime, token);
    ++m_waiting;
    return token;
}

ConnectionTokens::Attachment ConnectionTokens::attach(const ConnectionToken &token, const QByteArray &user)
{
    const std::scoped_lock lock(m_mutex);
    expireLocked();
    const auto found = m_entries.find(token);
    if (found == m_entries.end() || found->second.user != user)
        return Attachment::Unknown;
    if (std::exchange(found->second.isAttached, true))
        return Attachment::InUse;
    --m_waiting;
    return Attachment::Attached;
}

bool ConnectionTokens::contains(const ConnectionToken &token, const QByteArray &user)
{
    const std::scoped_lock lock(m_mutex);
    expireLocked();
    const auto found = m_entries.find(token);
    return found != m_entries.end() && found->second.user == user;
}

bool ConnectionTokens::isResumable(const ConnectionToken &token)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_entries.find(token);
    return found != m_entries.end() && found->second.isResumable;
}

void ConnectionTokens::setHome(const ConnectionToken &token, ConnectionHome home)
{
    const std::scoped_lock lock(m_mutex);
    if (const auto found = m_entries.find(token); found != m_entries.end())
        found->second.home = std::move(home);
}

std::optional<ConnectionHome> ConnectionTokens::home(const ConnectionToken &token, const QByteArray &user)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_entries.find(token);
    if (found == m_entries.end() || found->second.user != user)
        return std::nullopt;
    return found->second.home;
}

void ConnectionTokens::release(const ConnectionToken &token)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_entries.find(token);
    if (found == m_entries.end())
        return;
    if (!found->second.isAttached)
        --m_waiting;
    m_entries.erase(found);
}

void ConnectionTokens::expireLocked()
{
    const SteadyTime now = m_clock.steadyNow();
    while (!m_issued.empty() && m_issued.front().first <= now) {
        const auto found = m_entries.find(m_issued.front().second);
        if (found != m_entries.end() && !found->second.isAttached) {
            m_entries.erase(found);
            --m_waiting;
        }
        m_issued.pop_front();
    }
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection_tokens.h"

#include "core/sha256.h"

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

ConnectionToken ConnectionToken::publicId() const
{
    Sha256 hash;
    hash.add("hudhud connection id");
    hash.add(QByteArray::fromRawData(reinterpret_cast<const char *>(m_words.data()), sizeof m_words));
    ConnectionToken id;
    std::memcpy(id.m_words.data(), hash.result().constData(), sizeof id.m_words);
    return id;
}

ConnectionTokens::ConnectionTokens(const Clock &clock, qint64 limit, std::chrono::milliseconds lifetime)
    : m_clock(clock)
    , m_limit(limit)
    , m_lifetime(lifetime)
{
}

std::optional<ConnectionToken> ConnectionTokens::issue(const QByteArray &user, bool isResumable)
{
    if (m_waiting.fetch_add(1) >= m_limit) {
        expireAll();
        if (m_waiting.load() > m_limit) {
            --m_waiting;
            return std::nullopt;
        }
    }
    const ConnectionToken token = ConnectionToken::random();
    Part &part = partOf(token);
    const std::scoped_lock lock(part.mutex);
    expireLocked(part);
    part.entries.emplace(token, Entry{.user = user, .isResumable = isResumable});
    part.issued.emplace_back(m_clock.steadyNow() + m_lifetime, token);
    return token;
}

ConnectionTokens::Place ConnectionTokens::attach(const ConnectionToken &token, const QByteArray &user,
                                                 TransportKind kind, int ioThread)
{
    Part &part = partOf(token);
    const std::scoped_lock lock(part.mutex);
    expireLocked(part);
    const auto found = part.entries.find(token);
    if (found == part.entries.end())
        return {};
    Entry &entry = found->second;
    if (entry.user != user)
        return {.standing = Standing::Foreign};
    if (entry.kind != TransportKind::None)
        return {Standing::InUse, entry.kind, entry.ioThread};
    entry.kind = kind;
    entry.ioThread = ioThread;
    --m_waiting;
    return {Standing::Attached, kind, ioThread};
}

ConnectionTokens::Place ConnectionTokens::find(const ConnectionToken &token, const QByteArray &user)
{
    Part &part = partOf(token);
    const std::scoped_lock lock(part.mutex);
    expireLocked(part);
    const auto found = part.entries.find(token);
    if (found == part.entries.end())
        return {};
    const Entry &entry = found->second;
    if (entry.user != user)
        return {.standing = Standing::Foreign};
    return {entry.kind == TransportKind::None ? Standing::Waiting : Standing::InUse, entry.kind, entry.ioThread};
}

bool ConnectionTokens::isResumable(const ConnectionToken &token)
{
    Part &part = partOf(token);
    const std::scoped_lock lock(part.mutex);
    const auto found = part.entries.find(token);
    return found != part.entries.end() && found->second.isResumable;
}

void ConnectionTokens::setHome(const ConnectionToken &token, ConnectionHome home)
{
    Part &part = partOf(token);
    const std::scoped_lock lock(part.mutex);
    if (const auto found = part.entries.find(token); found != part.entries.end())
        found->second.home = std::move(home);
}

std::optional<ConnectionHome> ConnectionTokens::home(const ConnectionToken &token, const QByteArray &user)
{
    Part &part = partOf(token);
    const std::scoped_lock lock(part.mutex);
    const auto found = part.entries.find(token);
    if (found == part.entries.end() || found->second.user != user)
        return std::nullopt;
    return found->second.home;
}

void ConnectionTokens::release(const ConnectionToken &token)
{
    Part &part = partOf(token);
    const std::scoped_lock lock(part.mutex);
    const auto found = part.entries.find(token);
    if (found == part.entries.end())
        return;
    if (found->second.kind == TransportKind::None)
        --m_waiting;
    part.entries.erase(found);
}

void ConnectionTokens::expireLocked(Part &part)
{
    const SteadyTime now = m_clock.steadyNow();
    while (!part.issued.empty() && part.issued.front().first <= now) {
        const auto found = part.entries.find(part.issued.front().second);
        if (found != part.entries.end() && found->second.kind == TransportKind::None) {
            part.entries.erase(found);
            --m_waiting;
        }
        part.issued.pop_front();
    }
}

void ConnectionTokens::expireAll()
{
    for (Part &part : m_parts) {
        const std::scoped_lock lock(part.mutex);
        expireLocked(part);
    }
}

} // namespace hudhud

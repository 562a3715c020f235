// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/secret_store.h"

#ifdef HUDHUD_HAS_KEYCHAIN
#include <qt6keychain/keychain.h>
#endif

namespace hudhud::console {

#ifdef HUDHUD_HAS_KEYCHAIN

namespace {

constexpr auto Service = "hudhud-admin";

} // namespace

void SecretStore::read(const QString &profileId, QObject *context,
                       std::function<void(const QString &token)> handler)
{
    if (m_memoryOnly || m_tokens.contains(profileId))
        return handler(m_tokens.value(profileId));
    auto *job = new QKeychain::ReadPasswordJob(QLatin1String(Service), this);
    job->setKey(profileId);
    connect(job, &QKeychain::Job::finished, context, [job, handler = std::move(handler)] {
        handler(job->error() == QKeychain::NoError ? job->textData() : QString());
    });
    job->start();
}

void SecretStore::write(const QString &profileId, const QString &token, QObject *context,
                        std::function<void(Kept kept)> handler)
{
    m_tokens.insert(profileId, token);
    if (m_memoryOnly)
        return handler(Kept::InMemoryOnly);
    auto *job = new QKeychain::WritePasswordJob(QLatin1String(Service), this);
    job->setInsecureFallback(false);
    job->setKey(profileId);
    job->setTextData(token);
    connect(job, &QKeychain::Job::finished, context, [job, handler = std::move(handler)] {
        handler(job->error() == QKeychain::NoError ? Kept::InKeychain : Kept::InMemoryOnly);
    });
    job->start();
}

void SecretStore::remove(const QString &profileId)
{
    m_tokens.remove(profileId);
    if (m_memoryOnly)
        return;
    auto *job = new QKeychain::DeletePasswordJob(QLatin1String(Service), this);
    job->setKey(profileId);
    job->start();
}

#else

void SecretStore::read(const QString &profileId, QObject *, std::function<void(const QString &token)> handler)
{
    handler(m_tokens.value(profileId));
}

void SecretStore::write(const QString &profileId, const QString &token, QObject *,
                        std::function<void(Kept kept)> handler)
{
    m_tokens.insert(profileId, token);
    handler(Kept::InMemoryOnly);
}

void SecretStore::remove(const QString &profileId)
{
    m_tokens.remove(profileId);
}

#endif

} // namespace hudhud::console

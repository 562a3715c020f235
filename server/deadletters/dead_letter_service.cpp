// SPDX-License-Identifier: GPL-3.0-or-later
#include "deadletters/dead_letter_service.h"

namespace hudhud {

DeadLetterService::DeadLetterService(Parts parts)
    : m_options(parts.options)
    , m_storage(parts.storage)
    , m_runner({.options = m_options, .clock = parts.clock, .metrics = parts.metrics, .route = std::move(parts.route)})
    , m_purge(m_options, m_storage, parts.clock)
    , m_redrive(m_options, parts.clock, std::move(parts.isConnected), [this] { m_runner.wake(); })
{
}

void DeadLetterService::start(StorageClient &client)
{
    m_runner.start(client);
    m_purge.start(client);
    m_redrive.start(client);
}

void DeadLetterService::stop()
{
    m_redrive.stop();
    m_purge.stop();
    m_runner.stop();
}

} // namespace hudhud

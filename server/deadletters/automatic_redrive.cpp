// SPDX-License-Identifier: GPL-3.0-or-later
#include "deadletters/automatic_redrive.h"

namespace hudhud {

namespace {

constexpr int PageSize = 1'000;

} // namespace

AutomaticRedrive::AutomaticRedrive(const DeadLetterOptions &options, const Clock &clock, IsConnected isConnected,
                                   JobCreated jobCreated)
    : m_options(options)
    , m_clock(clock)
    , m_isConnected(std::move(isConnected))
    , m_jobCreated(std::move(jobCreated))
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { walk(); });
}

void AutomaticRedrive::start(StorageClient &client)
{
    if (!m_options.redrive)
        return;
    m_client = &client;
    m_lifetime = std::make_shared<char>();
    m_timer.start(m_options.redriveInterval);
}

void AutomaticRedrive::stop()
{
    m_lifetime.reset();
    m_timer.stop();
    m_client = nullptr;
}

void AutomaticRedrive::walk()
{
    m_filter = {};
    m_filter.reason = DeadLetterReason::AttemptsUsedUp;
    m_filter.replaysBelow = m_options.redriveGenerations;
    m_filter.diedBefore = m_clock.now() - m_options.redriveAfter;
    m_cursor.reset();
    m_client->read<std::optional<Job>>([id = m_lastJob](StorageReader &reader) { return reader.jobs().find(id); },
                                       [this, lifetime = std::weak_ptr(m_lifetime)](const Result<std::optional<Job>> &job) {
                                           if (lifetime.expired())
                                               return;
                                           if (!job || (*job && !(*job)->isFinal()))
                                               endWalk();
                                           else
                                               readPage();
                                       });
}

void AutomaticRedrive::readPage()
{
    m_client->read<std::vector<DeadLetterRecord>>(
        [filter = m_filter, cursor = m_cursor](StorageReader &reader) {
            return reader.deadLetters().list(filter, cursor, PageSize);
        },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<std::vector<DeadLetterRecord>> &page) {
            if (!lifetime.expired())
                gotPage(page);
        });
}

void AutomaticRedrive::gotPage(const Result<std::vector<DeadLetterRecord>> &page)
{
    if (!page || page->empty())
        return endWalk();
    std::vector<MessageId> ids;
    for (const DeadLetterRecord &letter : *page) {
        if (m_isConnected(letter.message->recipient))
            ids.push_back(letter.message->id);
    }
    m_cursor = DeadLetterCursor{page->back().diedAt, page->back().message->id};
    if (!ids.empty())
        replay(std::move(ids));
    else
        readPage();
}

void AutomaticRedrive::replay(std::vector<MessageId> ids)
{
    JobRequest request;
    request.selection.ids = std::move(ids);
    request.rate = m_options.redriveRate;
    request.createdBy = "hudhud";
    request.description = "{\"redrive\":true}";
    request.reason = "the recipient is connected again";
    request.createdAt = m_clock.now();
    AuditRecord audit;
    audit.time = request.createdAt;
    audit.actor = request.createdBy;
    audit.action = "dead-letters.redrive";
    audit.detail = request.description;
    audit.result = AuditOk;
    m_client->write<Job>(
        [request = std::move(request), audit = std::move(audit)](StorageWriter &writer) {
            return writer.jobs().create(request, audit);
        },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<Job> &job) {
            if (lifetime.expired())
                return;
            if (!job)
                return endWalk();
            m_lastJob = job->id;
            m_jobCreated();
            readPage();
        });
}

void AutomaticRedrive::endWalk()
{
    m_timer.start(m_options.redriveInterval);
}

} // namespace hudhud

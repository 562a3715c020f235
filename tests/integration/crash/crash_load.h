// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "crash/delivery_ledger.h"

#include "loadgen/http_pool.h"
#include "loadgen/options.h"
#include "loadgen/phone_fleet.h"

#include <array>
#include <deque>
#include <random>

namespace hudhud::test {

/// The ways in which callers post.
enum class PostKind : std::uint8_t { Single, Batch, Idempotent, Expiring, Scheduled, Broadcast };
inline constexpr std::size_t PostKindCount = 6;

/// Callers that post in every way there is, and write what they are told into the ledger. Those with an idempotency key
/// post again when an answer was lost, until they have one. Thread: one.
class CrashLoad : private loadgen::HttpPool::Listener
{
public:
    CrashLoad(loadgen::EventLoop &loop, const loadgen::Options &options, const loadgen::PhoneFleet &fleet,
              DeliveryLedger &ledger, std::uint32_t seed);

    /// Sends as many requests as there are free connections and room for undelivered messages.
    void post();
    /// Posts again what has no answer yet; nothing new.
    void repost();
    void reopenLost() { m_pool.reopenLost(); }
    int openCount() const { return m_pool.openCount(); }
    /// Idempotent requests without an answer.
    std::size_t unansweredIdempotent() const { return m_idempotentPending; }

    std::int64_t requests(PostKind kind) const { return m_counts[static_cast<std::size_t>(kind)]; }
    std::int64_t unanswered() const { return m_unanswered; }
    std::int64_t replayed() const { return m_replayed; }
    /// Made anew whenever it is needed, so that nothing has to be remembered.
    static std::string contentOf(std::uint64_t number);

private:
    struct Request
    {
        PostKind kind = PostKind::Single;
        std::uint64_t first = 0; ///< Number of its first message.
        int count = 1;
        std::string body; ///< Of idempotent requests, while they wait for an answer.
    };

    void poolResponse(loadgen::HttpConnection &connection, const loadgen::HttpResponse &response) override;
    void poolUnanswered(std::uint64_t tag) override;

    PostKind chooseKind();
    Request makeRequest(PostKind kind, std::string &path, std::string &body);
    std::string messageJson(std::uint64_t number, int phone, std::string_view more);
    void send(loadgen::HttpConnection &connection, std::uint64_t index, std::string_view path,
              std::string_view body);
    void sendAgain(loadgen::HttpConnection &connection);
    void accepted(const Request &request, std::string_view body);

    loadgen::Options m_options;
    const loadgen::PhoneFleet &m_fleet;
    DeliveryLedger &m_ledger;
    std::minstd_rand m_random;
    loadgen::HttpPool m_pool;
    std::vector<Request> m_requests;
    std::deque<std::uint64_t> m_again; ///< Idempotent requests to be posted again.
    std::size_t m_idempotentPending = 0;
    std::array<std::int64_t, PostKindCount> m_counts{};
    std::int64_t m_unanswered = 0;
    std::int64_t m_replayed = 0;
};

} // namespace hudhud::test

// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_pool.h"
#include "loadgen/message_request.h"
#include "loadgen/modes.h"

#include <algorithm>

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds OpeningLimit{60};
constexpr std::chrono::minutes FillLimit{10};
constexpr int MessagesPerRequest = 1000;
constexpr int OfflineNumbers = 10'000;

/// Queues messages for phones that are not there, a thousand with each request.
class FillRun : private HttpPool::Listener
{
public:
    explicit FillRun(const Options &options)
        : m_options(options)
        , m_pool(m_loop, options.endpoints, options.connections, *this)
    {
    }

    ModeResult run()
    {
        if (!m_pool.openAll(OpeningLimit))
            return std::unexpected("only " + std::to_string(m_pool.openCount())
                                   + " connections could be opened");
        const auto begin = SteadyClock::now();
        const bool filled = m_loop.runUntil([this] { return postNext(); }, FillLimit);
        const std::chrono::duration<double> elapsed = SteadyClock::now() - begin;
        if (!filled || m_errors > 0)
            return std::unexpected(std::to_string(m_errors) + " batches were refused");
        Report report(m_options.mode);
        report.add("messages", m_options.messages);
        report.add("seconds", elapsed.count());
        report.add("accepted_per_s", m_options.messages / elapsed.count());
        return report;
    }

private:
    /// Result: whether everything has been posted and answered.
    bool postNext()
    {
        while (m_posted < m_options.messages) {
            HttpConnection *connection = m_pool.takeFree();
            if (!connection)
                return false;
            const int count = std::min(MessagesPerRequest, m_options.messages - m_posted);
            connection->request(batch(count));
            m_posted += count;
            ++m_underWay;
        }
        return m_underWay == 0;
    }

    std::string batch(int count) const
    {
        const std::string content(static_cast<std::size_t>(m_options.contentSize), 'x');
        std::string body = R"({"messages":[)";
        for (int i = 0; i < count; ++i) {
            body.append(i > 0 ? "," : "").append(R"({"recipient":")");
            body.append(std::to_string(FirstOfflineNumber + (m_posted + i) % OfflineNumbers));
            body.append(R"(","subject":"load","content":")").append(content).append("\"}");
        }
        body.append("]}");
        return postRequest(m_options.endpoint(), "/api/v1/messages/batch", m_options.apiKey, body);
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        --m_underWay;
        if (response.status != 202)
            ++m_errors;
        m_pool.giveBack(connection);
    }

    void poolUnanswered(std::uint64_t) override
    {
        --m_underWay;
        ++m_errors;
    }

    const Options &m_options;
    EventLoop m_loop;
    HttpPool m_pool;
    int m_posted = 0;
    int m_underWay = 0;
    int m_errors = 0;
};

} // namespace

ModeResult runFill(const Options &options)
{
    return FillRun(options).run();
}

} // namespace hudhud::loadgen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/status_check.h"

#include "loadgen/http_pool.h"
#include "loadgen/message_request.h"

#include <algorithm>
#include <deque>

namespace hudhud::loadgen {

namespace {

constexpr int Connections = 16;

class StatusCheck : private HttpPool::Listener
{
public:
    StatusCheck(EventLoop &loop, const Options &options, std::span<const std::string> ids)
        : m_loop(loop)
        , m_options(options)
        , m_ids(ids.begin(), ids.end())
        , m_statuses(m_ids.size())
        , m_pool(loop, options.endpoint, Connections, *this)
    {
        for (std::size_t i = 0; i < m_ids.size(); ++i)
            m_toAsk.push_back(i);
    }

    std::map<std::string, std::string> run(std::chrono::milliseconds patience)
    {
        m_end = SteadyClock::now() + patience;
        m_pool.reopenLost();
        // Asking itself takes time: patience only ends the asking again.
        m_loop.runUntil([this] { return isDone(); }, patience + std::chrono::seconds(60));
        std::map<std::string, std::string> result;
        for (std::size_t i = 0; i < m_ids.size(); ++i)
            result[m_ids[i]] = m_statuses[i];
        return result;
    }

private:
    bool isDone()
    {
        while (!m_toAsk.empty()) {
            HttpConnection *connection = m_pool.takeFree();
            if (!connection)
                return false;
            connection->tag = m_toAsk.front();
            m_toAsk.pop_front();
            ++m_underWay;
            const std::string path = "/api/v1/messages/" + m_ids[connection->tag];
            connection->request(getRequest(m_options.endpoint, path, m_options.apiKey));
        }
        return m_underWay == 0;
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        --m_underWay;
        std::string &status = m_statuses[connection.tag];
        status = response.status == 200 ? std::string(jsonStringField(response.body, "status"))
                                        : std::to_string(response.status);
        if (status != "Delivered" && SteadyClock::now() < m_end)
            m_toAsk.push_back(connection.tag);
        m_pool.giveBack(connection);
    }

    void poolUnanswered(std::uint64_t tag) override
    {
        --m_underWay;
        m_statuses[tag] = "no answer";
    }

    EventLoop &m_loop;
    const Options &m_options;
    std::vector<std::string> m_ids;
    std::vector<std::string> m_statuses;
    std::deque<std::size_t> m_toAsk;
    HttpPool m_pool;
    SteadyClock::time_point m_end;
    int m_underWay = 0;
};

} // namespace

std::map<std::string, std::string> messageStatuses(EventLoop &loop, const Options &options,
                                                   std::span<const std::string> ids,
                                                   std::chrono::milliseconds patience)
{
    return StatusCheck(loop, options, ids).run(patience);
}

int countDelivered(EventLoop &loop, const Options &options, const std::vector<std::string> &ids)
{
    const auto statuses = messageStatuses(loop, options, ids, std::chrono::seconds(10));
    return static_cast<int>(
        std::ranges::count_if(statuses, [](const auto &row) { return row.second == "Delivered"; }));
}

} // namespace hudhud::loadgen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_questions.h"

#include "loadgen/http_pool.h"
#include "loadgen/message_request.h"

namespace hudhud::loadgen {

namespace {

constexpr int Connections = 16;

class Questions : private HttpPool::Listener
{
public:
    Questions(EventLoop &loop, const Options &options, std::span<const std::string> paths)
        : m_loop(loop)
        , m_options(options)
        , m_paths(paths)
        , m_answers(paths.size())
        , m_pool(loop, options.endpoints, Connections, *this)
    {
    }

    std::vector<HttpAnswer> run(std::chrono::milliseconds limit)
    {
        m_pool.reopenLost();
        m_loop.runUntil([this] { return askNext(); }, limit);
        return std::move(m_answers);
    }

private:
    /// Result: whether everything has been asked and answered.
    bool askNext()
    {
        while (m_next < m_paths.size()) {
            HttpConnection *connection = m_pool.takeFree();
            if (!connection)
                return false;
            ask(*connection);
        }
        return m_done == m_paths.size();
    }

    void ask(HttpConnection &connection)
    {
        connection.tag = m_next++;
        connection.request(getRequest(m_options.endpoint(), m_paths[connection.tag], m_options.apiKey));
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        ++m_done;
        m_answers[connection.tag] = {response.status, std::string(response.body)};
        if (m_next < m_paths.size())
            ask(connection);
        else
            m_pool.giveBack(connection);
    }

    void poolUnanswered(std::uint64_t) override { ++m_done; }

    EventLoop &m_loop;
    const Options &m_options;
    std::span<const std::string> m_paths;
    std::vector<HttpAnswer> m_answers;
    HttpPool m_pool;
    std::size_t m_next = 0;
    std::size_t m_done = 0;
};

} // namespace

std::vector<HttpAnswer> askAll(EventLoop &loop, const Options &options, std::span<const std::string> paths,
                               std::chrono::milliseconds limit)
{
    return Questions(loop, options, paths).run(limit);
}

std::map<std::string, std::string> undelivered(EventLoop &loop, const Options &options,
                                               std::vector<std::string> ids,
                                               std::chrono::milliseconds patience)
{
    constexpr std::chrono::minutes AskingLimit{2};
    const auto end = SteadyClock::now() + patience;
    while (true) {
        std::vector<std::string> paths;
        paths.reserve(ids.size());
        for (const std::string &id : ids)
            paths.push_back("/api/v1/messages/" + id);
        const auto answers = askAll(loop, options, paths, AskingLimit);
        std::map<std::string, std::string> result;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            std::string status(jsonStringField(answers[i].body, "status"));
            if (answers[i].status != 200)
                status = std::to_string(answers[i].status);
            if (status != "Delivered")
                result[ids[i]] = status;
        }
        if (result.empty() || SteadyClock::now() >= end)
            return result;
        ids.clear();
        for (const auto &[id, status] : result)
            ids.push_back(id);
        loop.runUntil([] { return false; }, std::chrono::milliseconds(100));
    }
}

} // namespace hudhud::loadgen

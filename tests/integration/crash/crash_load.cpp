// SPDX-License-Identifier: GPL-3.0-or-later
#include "crash/crash_load.h"

#include "loadgen/message_request.h"

#include <cstdio>
#include <ctime>
#include <iterator>

namespace hudhud::test {

using namespace loadgen;

namespace {

constexpr int Producers = 32;
constexpr std::int64_t MostUndelivered = 2'000;
constexpr int MostInBatch = 20;
constexpr int BroadcastPhones = 50;
/// Of a hundred requests; the rest are single messages.
constexpr unsigned BatchShare = 4;
constexpr unsigned IdempotentShare = 15;
constexpr unsigned ExpiringShare = 5;
constexpr unsigned ScheduledShare = 3;
constexpr unsigned BroadcastShare = 1;

std::string jsonEscaped(std::string_view text)
{
    std::string escaped;
    for (const char character : text) {
        if (character == '"' || character == '\\') {
            escaped.push_back('\\');
            escaped.push_back(character);
        } else if (static_cast<unsigned char>(character) < 0x20) {
            char buffer[8];
            std::snprintf(buffer, sizeof buffer, "\\u%04x", character);
            escaped.append(buffer);
        } else {
            escaped.push_back(character);
        }
    }
    return escaped;
}

std::string rfc3339(WallTime time)
{
    const auto milliseconds
        = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    const std::time_t seconds = milliseconds / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char date[32];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    char text[48];
    std::snprintf(text, sizeof text, "%s.%03dZ", date, static_cast<int>(milliseconds % 1000));
    return text;
}

} // namespace

/// Of very different lengths, with everything that needs escaping.
std::string CrashLoad::contentOf(std::uint64_t number)
{
    constexpr std::string_view Pieces[]
        = {"plain text ", "\"quoted\" ", "back\\slash ", "line\nbreak ", "هدهد ", "\x01\x1e", "🐦"};
    std::minstd_rand random(static_cast<std::uint32_t>(number * 2654435761U + 1));
    std::string content(MessageRequest::NumberDigits, '0');
    std::uint64_t rest = number;
    for (std::size_t i = content.size(); i-- > 0; rest /= 10)
        content[i] = static_cast<char>('0' + rest % 10);
    const std::size_t pieces = random() % 100 == 0 ? 400 : random() % 12;
    for (std::size_t i = 0; i < pieces; ++i)
        content.append(Pieces[random() % std::size(Pieces)]);
    return content;
}

CrashLoad::CrashLoad(EventLoop &loop, const Options &options, const PhoneFleet &fleet, DeliveryLedger &ledger,
                     std::uint32_t seed)
    : m_options(options)
    , m_fleet(fleet)
    , m_ledger(ledger)
    , m_random(seed)
    , m_pool(loop, options.endpoints, Producers, *this)
{
}

void CrashLoad::post()
{
    while (m_ledger.outstanding() < MostUndelivered) {
        HttpConnection *connection = m_pool.takeFree();
        if (!connection)
            return;
        if (!m_again.empty()) {
            sendAgain(*connection);
            continue;
        }
        std::string path;
        std::string body;
        m_requests.push_back(makeRequest(chooseKind(), path, body));
        Request &request = m_requests.back();
        ++m_counts[static_cast<std::size_t>(request.kind)];
        if (request.kind == PostKind::Idempotent) {
            request.body = body;
            ++m_idempotentPending;
        }
        send(*connection, m_requests.size() - 1, path, body);
    }
}

void CrashLoad::repost()
{
    while (!m_again.empty()) {
        HttpConnection *connection = m_pool.takeFree();
        if (!connection)
            return;
        sendAgain(*connection);
    }
}

void CrashLoad::sendAgain(HttpConnection &connection)
{
    const std::uint64_t index = m_again.front();
    m_again.pop_front();
    send(connection, index, "/api/v1/messages", m_requests[index].body);
}

void CrashLoad::send(HttpConnection &connection, std::uint64_t index, std::string_view path,
                     std::string_view body)
{
    std::string headers;
    if (m_requests[index].kind == PostKind::Idempotent)
        headers = "Idempotency-Key: crash-" + std::to_string(index) + "\r\n";
    connection.tag = index;
    connection.request(postRequest(m_options.endpoint(), path, m_options.apiKey, body, headers));
}

PostKind CrashLoad::chooseKind()
{
    unsigned draw = m_random() % 100;
    const auto isWithin = [&draw](unsigned share) {
        const bool within = draw < share;
        draw -= within ? 0 : share;
        return within;
    };
    if (isWithin(BatchShare))
        return PostKind::Batch;
    if (isWithin(IdempotentShare))
        return PostKind::Idempotent;
    if (isWithin(ExpiringShare))
        return PostKind::Expiring;
    if (isWithin(ScheduledShare))
        return PostKind::Scheduled;
    return isWithin(BroadcastShare) ? PostKind::Broadcast : PostKind::Single;
}

std::string CrashLoad::messageJson(std::uint64_t number, int phone, std::string_view more)
{
    constexpr std::string_view Priorities[] = {"Low", "Normal", "High", "Critical"};
    std::string json = phone < 0 ? std::string("{") : R"({"recipient":")" + m_fleet.number(phone) + R"(",)";
    json.append(R"("subject":"crash","priority":")").append(Priorities[m_random() % 4]).append("\"");
    json.append(more).append(R"(,"content":")").append(jsonEscaped(contentOf(number))).append("\"}");
    return json;
}

CrashLoad::Request CrashLoad::makeRequest(PostKind kind, std::string &path, std::string &body)
{
    path = "/api/v1/messages";
    Request request{.kind = kind, .first = m_ledger.messages().size(), .count = 1, .body = {}};
    ExpectedMessage message;
    message.phone = static_cast<int>(m_random() % static_cast<unsigned>(m_fleet.size()));
    switch (kind) {
    case PostKind::Single:
    case PostKind::Idempotent:
        body = messageJson(m_ledger.add(message), message.phone, {});
        break;
    case PostKind::Expiring: {
        const bool isShort = m_random() % 2 == 0;
        message.mayExpire = isShort;
        body = messageJson(m_ledger.add(message), message.phone,
                           isShort ? R"(,"ttlSeconds":1)" : R"(,"ttlSeconds":3600)");
        break;
    }
    case PostKind::Scheduled:
        message.notBefore = std::chrono::time_point_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now() + std::chrono::milliseconds(300 + m_random() % 2'000));
        body = messageJson(m_ledger.add(message), message.phone,
                           R"(,"deliverAt":")" + rfc3339(*message.notBefore) + '"');
        break;
    case PostKind::Batch:
        path += "/batch";
        request.count = 2 + static_cast<int>(m_random() % (MostInBatch - 1));
        body = R"({"messages":[)";
        for (int i = 0; i < request.count; ++i) {
            message.phone = static_cast<int>(m_random() % static_cast<unsigned>(m_fleet.size()));
            body.append(i == 0 ? "" : ",").append(messageJson(m_ledger.add(message), message.phone, {}));
        }
        body.append("]}");
        break;
    case PostKind::Broadcast: {
        path = "/api/v1/broadcasts";
        request.count = BroadcastPhones;
        const std::uint64_t number = m_ledger.add(message, BroadcastPhones);
        body = R"({"recipients":[)";
        for (int i = 0; i < BroadcastPhones; ++i) {
            body.append(i == 0 ? "\"" : ",\"");
            body.append(m_fleet.number((message.phone + i) % m_fleet.size())).append("\"");
        }
        body.append(R"(],"message":)").append(messageJson(number, -1, {})).append("}");
        break;
    }
    }
    return request;
}

void CrashLoad::poolResponse(HttpConnection &connection, const HttpResponse &response)
{
    Request &request = m_requests[connection.tag];
    const bool isIdempotent = request.kind == PostKind::Idempotent;
    if (response.status == 202) {
        accepted(request, response.body);
        if (isIdempotent) {
            m_replayed += response.header("Idempotency-Replayed").has_value();
            request.body.clear();
            --m_idempotentPending;
        }
    } else if (response.status == 503 && isIdempotent) {
        m_again.push_back(connection.tag); // An earlier try may have been stored.
    } else if (response.status == 503) {
        for (int i = 0; i < request.count; ++i)
            m_ledger.refused(request.first + static_cast<std::uint64_t>(i));
    } else {
        m_ledger.fail("request " + std::to_string(connection.tag) + " was answered "
                      + std::to_string(response.status) + ": " + std::string(response.body.substr(0, 300)));
    }
    m_pool.giveBack(connection);
}

void CrashLoad::accepted(const Request &request, std::string_view body)
{
    // A broadcast's id is its own; its messages get theirs later.
    const auto ids = request.kind == PostKind::Broadcast ? std::vector<std::string_view>()
                                                         : jsonStringFields(body, "id");
    if (request.kind != PostKind::Broadcast && ids.size() != static_cast<std::size_t>(request.count))
        m_ledger.fail("a request of " + std::to_string(request.count) + " messages got "
                      + std::to_string(ids.size()) + " ids");
    for (std::size_t i = 0; i < static_cast<std::size_t>(request.count); ++i)
        m_ledger.accepted(request.first + i, i < ids.size() ? ids[i] : std::string_view());
}

void CrashLoad::poolUnanswered(std::uint64_t tag)
{
    ++m_unanswered;
    if (m_requests[tag].kind == PostKind::Idempotent)
        m_again.push_back(tag);
}

} // namespace hudhud::test

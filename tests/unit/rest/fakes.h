// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message_id.h"
#include "ingest/held_clock.h"
#include "ingest/plain_metrics.h"
#include "plugin-api/attachment_service.h"
#include "plugin-api/fan_out.h"
#include "plugin-api/recipient_presence.h"
#include "plugin-api/request_forwarding.h"
#include "plugin-api/transport.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace hudhud::fakes {

using Headers = std::vector<std::pair<QByteArray, QByteArray>>;

class PlainRequest final : public HttpRequest
{
public:
    HttpMethod method() const override { return verb; }
    QByteArrayView path() const override { return location; }
    QByteArrayView query() const override { return queryText; }
    QByteArray pathParameter() const override { return parameter; }
    QByteArray secondPathParameter() const override { return secondParameter; }
    QByteArrayView header(QByteArrayView name) const override
    {
        for (const auto &[key, value] : headers) {
            if (name.compare(key, Qt::CaseInsensitive) == 0)
                return value;
        }
        return {};
    }
    QByteArray body() const override { return content; }
    QHostAddress peerAddress() const override { return QHostAddress(QHostAddress::LocalHost); }
    bool isSecure() const override { return false; }

    HttpMethod verb = HttpMethod::Get;
    QByteArray location;
    QByteArray queryText;
    QByteArray parameter;
    QByteArray secondParameter;
    Headers headers;
    QByteArray content;
};

class KeptAnswers final : public HttpResponder::Sink
{
public:
    void answer(quint64 slot, HttpResponse &&response) override
    {
        answers.emplace(slot, std::move(response));
    }

    std::multimap<quint64, HttpResponse> answers;
};

class PlainRoutes final : public RouteTable
{
public:
    Result<void> addRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler) override
    {
        if (find(method, pattern) != nullptr)
            return std::unexpected(Error(ErrorCode::Conflict, QString::fromLatin1(pattern)));
        m_routes.push_back({method, pattern, std::move(handler)});
        return {};
    }
    Result<void> addUploadRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler,
                                qint64 maximumBody) override
    {
        maximumBodies[pattern] = maximumBody;
        return addRoute(method, pattern, std::move(handler));
    }
    Result<void> addWebSocket(const QByteArray &, UpgradeHandler) override { return {}; }

    bool contains(HttpMethod method, const QByteArray &pattern) { return find(method, pattern) != nullptr; }
    std::size_t count() const { return m_routes.size(); }
    std::vector<std::pair<HttpMethod, QByteArray>> patterns() const
    {
        std::vector<std::pair<HttpMethod, QByteArray>> all;
        for (const Route &route : m_routes)
            all.emplace_back(route.method, route.pattern);
        return all;
    }
    /// Literal patterns first, as the real table has it. False if there is no route.
    bool dispatch(PlainRequest &request, HttpResponder responder)
    {
        if (const HttpHandler *exact = find(request.verb, request.location)) {
            (*exact)(request, std::move(responder));
            return true;
        }
        for (const Route &route : m_routes) {
            if (route.method != request.verb || !match(route.pattern, request))
                continue;
            route.handler(request, std::move(responder));
            return true;
        }
        return false;
    }

    std::map<QByteArray, qint64> maximumBodies; ///< Of the routes for uploads.

private:
    struct Route
    {
        HttpMethod method;
        QByteArray pattern;
        HttpHandler handler;
    };

    const HttpHandler *find(HttpMethod method, const QByteArray &pattern) const
    {
        for (const Route &route : m_routes) {
            if (route.method == method && route.pattern == pattern)
                return &route.handler;
        }
        return nullptr;
    }
    static bool match(const QByteArray &pattern, PlainRequest &request)
    {
        const QByteArray path = request.location;
        std::vector<QByteArray> parameters;
        const QList<QByteArray> expected = pattern.split('/');
        const QList<QByteArray> given = path.split('/');
        if (expected.size() != given.size() || !pattern.contains('{'))
            return false;
        for (qsizetype i = 0; i < expected.size(); ++i) {
            if (expected[i].startsWith('{'))
                parameters.push_back(QByteArray::fromPercentEncoding(given[i]));
            else if (expected[i] != given[i])
                return false;
        }
        parameters.resize(2);
        request.parameter = parameters[0];
        request.secondParameter = parameters[1];
        return true;
    }

    std::vector<Route> m_routes;
};

class PlainAuthenticator final : public Authenticator
{
public:
    void authenticateApiKey(QByteArrayView authorization, Completion<ApiKeyIdentity> completion) override
    {
        const auto key = keys.find(authorization.toByteArray());
        Result<ApiKeyIdentity> result = key == keys.end()
            ? Result<ApiKeyIdentity>(
                std::unexpected(Error(ErrorCode::Unauthorized, QStringLiteral("Unknown API key."))))
            : Result<ApiKeyIdentity>(key->second);
        if (!later)
            return completion(std::move(result));
        waiting.push_back([result = std::move(result), completion = std::move(completion)]() mutable {
            completion(std::move(result));
        });
    }
    Result<TokenIdentity> verifyToken(QByteArrayView) override
    {
        return std::unexpected(Error(ErrorCode::Unauthorized, QStringLiteral("no tokens here")));
    }

    bool later = false; ///< As when the key is not cached.
    std::map<QByteArray, ApiKeyIdentity> keys;
    std::deque<std::move_only_function<void()>> waiting;
};

class PlainIntake final : public MessageIntake
{
public:
    explicit PlainIntake(const Clock &clock)
        : m_clock(clock)
        , m_ids(clock)
    {
    }
    void submit(std::vector<Message> messages, Completion<std::vector<MessagePointer>> completion) override
    {
        ++requests;
        if (failure)
            return completion(std::unexpected(*failure));
        std::vector<MessagePointer> stored;
        for (Message &message : messages) {
            message.id = m_ids.next();
            message.createdAt = m_clock.now();
            stored.push_back(std::make_shared<const Message>(std::move(message)));
        }
        taken.insert(taken.end(), stored.begin(), stored.end());
        completion(std::move(stored));
    }

    /// Remembers each key's first request, as the store does.
    void submitOnce(std::vector<Message> messages, IdempotencyClaim claim, Completion<StoredRequest> completion) override
    {
        claims.push_back(claim);
        const auto key = std::pair(claim.apiKeyId, claim.key);
        if (const auto known = m_requests.find(key); known != m_requests.end()) {
            if (known->second.first != claim.fingerprint)
                return completion(std::unexpected(
                    Error(ErrorCode::IdempotencyMismatch, QStringLiteral("The key was used for another request."))));
            StoredRequest again = known->second.second;
            again.isReplayed = true;
            return completion(std::move(again));
        }
        submit(std::move(messages), [&](Result<std::vector<MessagePointer>> stored) {
            if (!stored)
                return completion(std::unexpected(stored.error()));
            StoredRequest first{.ids = {}, .createdAt = m_clock.now()};
            for (const MessagePointer &message : *stored)
                first.ids.push_back(message->id);
            m_requests[key] = {claim.fingerprint, first};
            completion(std::move(first));
        });
    }

    int requests = 0;
    std::optional<Error> failure;
    std::vector<MessagePointer> taken;
    std::vector<IdempotencyClaim> claims;

private:
    const Clock &m_clock;
    MessageIdGenerator m_ids;
    std::map<std::pair<qint64, QByteArray>, std::pair<QByteArray, StoredRequest>> m_requests;
};

/// Limits nobody until told otherwise.
class PlainLimits final : public SendLimits
{
public:
    bool isLimited(const LimitedKey &) const override { return isOn; }
    std::optional<LimitRefusal> check(const LimitedKey &) override { return closed; }
    std::optional<LimitRefusal> take(const LimitedKey &, qint64 messages) override
    {
        if (messages > largest)
            return LimitRefusal{.error = Error(ErrorCode::QuotaExceeded, QStringLiteral("used up")),
                                .retryAfter = std::chrono::seconds(3'600)};
        taken += messages;
        return std::nullopt;
    }
    void giveBack(const LimitedKey &, qint64 messages) override { taken -= messages; }
    KeyLimits limitsOf(const LimitedKey &) override { return limits; }

    bool isOn = false;
    std::optional<LimitRefusal> closed;
    qint64 largest = 1'000'000;
    qint64 taken = 0;
    KeyLimits limits;
};

class PlainQueries final : public MessageQueries
{
public:
    void find(const MessageId &id, Completion<MessagePointer> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        completion(messages.contains(id) ? messages[id] : MessagePointer());
    }
    void events(const MessageId &id, Completion<std::vector<MessageEvent>> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        if (!messages.contains(id))
            return completion(std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("no row"))));
        completion(history);
    }
    void list(const MessageFilter &filter, Completion<std::vector<MessagePointer>> completion) override
    {
        lastFilter = filter;
        if (failure)
            return completion(std::unexpected(*failure));
        std::vector<MessagePointer> listed;
        for (auto entry = messages.rbegin(); entry != messages.rend(); ++entry) {
            if (filter.before && !(entry->first < *filter.before))
                continue;
            if (static_cast<int>(listed.size()) < filter.limit)
                listed.push_back(entry->second);
        }
        completion(std::move(listed));
    }
    void pendingCount(const Recipient &, Completion<qint64> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        completion(pending);
    }

    std::optional<Error> failure;
    std::map<MessageId, MessagePointer> messages;
    std::vector<MessageEvent> history;
    std::optional<MessageFilter> lastFilter;
    qint64 pending = 0;
};

class PlainDelivery final : public DeliveryPort
{
public:
    ReceiverId attach(const Recipient &, Receiver &) override { return 0; }
    void detach(ReceiverId) override {}
    void acknowledge(ReceiverId, std::span<const MessageId>, AckCompletion) override {}
    void reject(ReceiverId, const MessageId &, const QByteArray &, AckCompletion) override {}
    void setPaused(ReceiverId, bool) override {}
    void withdraw(const MessageId &id, AckCompletion completion) override
    {
        withdrawn.push_back(id);
        completion(withdrawal);
    }
    void replace(MessageReplacement replacement, AckCompletion completion) override
    {
        replaced.push_back(std::move(replacement));
        completion(replaceResult);
    }
    int connectionCount(const Recipient &) const override { return connections; }

    Result<void> withdrawal;
    std::vector<MessageId> withdrawn;
    Result<void> replaceResult;
    std::vector<MessageReplacement> replaced;
    int connections = 0;
};

class PlainGroups final : public Groups
{
public:
    void join(const QByteArray &group, std::vector<Recipient> joining, Completion<qint64> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        const auto before = std::ssize(groups[group]);
        groups[group].insert(joining.begin(), joining.end());
        completion(std::ssize(groups[group]) - before);
    }
    void leave(const QByteArray &group, const Recipient &member, Completion<bool> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        completion(groups[group].erase(member) > 0);
    }
    void memberCount(const QByteArray &group, Completion<qint64> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        completion(std::ssize(groups[group]));
    }
    void members(const QByteArray &group, const Recipient &after, int limit,
                 Completion<std::vector<Recipient>> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        std::vector<Recipient> page;
        for (auto member = groups[group].upper_bound(after);
             member != groups[group].end() && std::ssize(page) < limit; ++member)
            page.push_back(*member);
        completion(std::move(page));
    }

    std::optional<Error> failure;
    std::map<QByteArray, std::set<Recipient, RecipientOrder>> groups;
};

class PlainBroadcasts final : public Broadcasts
{
public:
    explicit PlainBroadcasts(const Clock &clock)
        : m_clock(clock)
        , m_ids(clock)
    {
    }
    void start(Message message, const QByteArray &group, std::vector<Recipient> recipients,
               std::optional<IdempotencyClaim> claim, Completion<StartedBroadcast> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        Broadcast broadcast;
        broadcast.id = m_ids.next();
        broadcast.message = std::move(message);
        broadcast.group = group;
        broadcast.total = std::ssize(recipients);
        broadcast.createdAt = m_clock.now();
        lists[broadcast.id] = std::move(recipients);
        broadcasts[broadcast.id] = broadcast;
        claims.push_back(std::move(claim));
        completion(StartedBroadcast{broadcast.id, broadcast.total, false});
    }
    void find(const MessageId &id, Completion<std::optional<Broadcast>> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        completion(broadcasts.contains(id) ? std::optional(broadcasts[id]) : std::nullopt);
    }
    void cancel(const MessageId &id, Completion<Broadcast> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        if (!broadcasts.contains(id))
            return completion(std::unexpected(noSuchBroadcast()));
        broadcasts[id].state = BroadcastState::Cancelled;
        broadcasts[id].endedAt = m_clock.now();
        completion(broadcasts[id]);
    }

    std::optional<Error> failure;
    std::map<MessageId, Broadcast> broadcasts;
    std::map<MessageId, std::vector<Recipient>> lists;
    std::vector<std::optional<IdempotencyClaim>> claims; ///< Of the broadcasts, in order.

private:
    const Clock &m_clock;
    MessageIdGenerator m_ids;
};

/// Keeps files in memory; images and JSON are allowed.
class PlainAttachments final : public Attachments
{
public:
    explicit PlainAttachments(const Clock &clock)
        : m_clock(clock)
        , m_ids(clock)
    {
    }
    qint64 maximumSize() const override { return 5'000'000; }
    bool allowsType(QByteArrayView contentType) const override
    {
        return contentType.startsWith("image/") || contentType == "application/json";
    }
    void upload(NewAttachment file, Completion<Attachment> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        const Attachment attachment{m_ids.next().toString(), file.name, file.contentType, file.bytes.size()};
        records[attachment.id] = {attachment, QByteArray(32, 'd'), file.apiKeyId, m_clock.now()};
        bytes[attachment.id] = file.bytes;
        completion(attachment);
    }
    void describe(qint64 apiKeyId, std::vector<QByteArray> ids,
                  Completion<std::vector<Attachment>> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        std::vector<Attachment> known;
        for (const QByteArray &id : ids) {
            if (records.contains(id) && records[id].apiKeyId == apiKeyId)
                known.push_back(records[id].attachment);
        }
        completion(std::move(known));
    }
    void find(const QByteArray &id, Completion<std::optional<AttachmentRecord>> completion) override
    {
        if (failure)
            return completion(std::unexpected(*failure));
        completion(records.contains(id) ? std::optional(records[id]) : std::nullopt);
    }
    void read(const AttachmentRecord &record, Completion<QByteArray> completion) override
    {
        completion(bytes[record.attachment.id]);
    }

    std::optional<Error> failure;
    std::map<QByteArray, AttachmentRecord> records;
    std::map<QByteArray, QByteArray> bytes;

private:
    const Clock &m_clock;
    MessageIdGenerator m_ids;
};

/// The signature "good" is right for everything.
class PlainLinks final : public AttachmentLinks
{
public:
    QByteArray urlOf(QByteArrayView id) const override { return "/link/" + id.toByteArray(); }
    Result<void> check(QByteArrayView, QByteArrayView, QByteArrayView signature) const override
    {
        if (signature == "good")
            return {};
        return std::unexpected(Error(ErrorCode::Forbidden, QStringLiteral("no link of ours")));
    }
};

class PlainPresence final : public PresenceQueries
{
public:
    void presence(const Recipient &recipient, std::move_only_function<void(RecipientPresence)> completion) override
    {
        asked = recipient;
        completion(answer);
    }

    RecipientPresence answer;
    Recipient asked;
};

class PlainForwarding final : public RequestForwarding
{
public:
    bool isWanted() const override { return wanted; }
    void forward(PeerRequest request, Completion completion) override
    {
        requests.push_back(std::move(request));
        completion(answer);
    }
    void countReceived() override { ++received; }

    bool wanted = true;
    std::optional<HttpResponse> answer;
    std::vector<PeerRequest> requests;
    int received = 0;
};

class PlainNode final : public NodeState
{
public:
    std::optional<QByteArray> notReadyReason() const override { return reason; }
    std::optional<QByteArray> degradedReason() const override { return degraded; }
    QByteArray metricsText() const override { return "hudhud_up 1\n"; }

    std::optional<QByteArray> reason;
    std::optional<QByteArray> degraded;
};

} // namespace hudhud::fakes

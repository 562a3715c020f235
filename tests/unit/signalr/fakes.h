// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/fan_out.h"
#include "plugin-api/services.h"
#include "signalr/hub_transport.h"

#include <QList>

#include <algorithm>
#include <map>
#include <optional>

namespace hudhud {

/// Ends each record on the wire.
inline QByteArray record(QByteArrayView text)
{
    return text.toByteArray() + '\x1e';
}

struct FakePlacement final : ConnectionPlacement
{
    std::optional<QByteArray> elsewhere(QByteArrayView user) override
    {
        asked.push_back(user.toByteArray());
        return node;
    }

    std::optional<QByteArray> node; ///< Nothing: everybody stays.
    std::vector<QByteArray> asked;
};

class FakeClock final : public Clock
{
public:
    /// Goes along with the steady clock.
    Timestamp now() const override
    {
        return Timestamp(std::chrono::milliseconds(1'700'000'000'000))
            + std::chrono::duration_cast<std::chrono::milliseconds>(m_now - SteadyTime(std::chrono::hours(1)));
    }
    SteadyTime steadyNow() const override { return m_now; }
    void advance(std::chrono::milliseconds duration) { m_now += duration; }

private:
    SteadyTime m_now{std::chrono::hours(1)};
};

class FakeMetrics final : public MetricsRegistry
{
public:
    Counter &counter(const QByteArray &name, const QByteArray &, const MetricLabels &labels) override
    {
        return m_counters[key(name, labels)];
    }
    Gauge &gauge(const QByteArray &name, const QByteArray &, const MetricLabels &labels) override
    {
        return m_gauges[key(name, labels)];
    }
    DurationHistogram &histogram(const QByteArray &name, const QByteArray &,
                                 const MetricLabels &labels) override
    {
        return m_histograms[key(name, labels)];
    }
    QByteArray prometheusText() const override { return {}; }

    /// `key`: name and label values, like "closed_total/chat/revoked".
    qint64 value(const QByteArray &key) const
    {
        if (const auto found = m_counters.find(key); found != m_counters.end())
            return found->second.value();
        return m_gauges.at(key).value();
    }

private:
    static QByteArray key(QByteArray name, const MetricLabels &labels)
    {
        for (const auto &[label, value] : labels)
            name += '/' + value;
        return name;
    }

    std::map<QByteArray, Counter> m_counters;
    std::map<QByteArray, Gauge> m_gauges;
    std::map<QByteArray, DurationHistogram> m_histograms;
};

class FakeTransport final : public HubTransport
{
public:
    void send(TransferFormat format, QByteArrayView messages) override
    {
        lastFormat = format;
        sent.append(messages.toByteArray());
    }
    qint64 bytesUnsent() const override { return unsent; }
    void holdInput(bool isHeld) override { isInputHeld = isHeld; }
    void close() override { ++closeCount; }
    bool carries(TransferFormat format) const override { return format != refusedFormat; }
    bool noticesSilence() const override { return isWatchful; }
    void abandon() override { ++abandonCount; }

    /// What was sent since the last call.
    QList<QByteArray> take() { return std::exchange(sent, {}); }

    QList<QByteArray> sent;
    TransferFormat lastFormat = TransferFormat::Binary;
    std::optional<TransferFormat> refusedFormat;
    bool isWatchful = false;
    qint64 unsent = 0;
    int closeCount = 0;
    int abandonCount = 0;
    bool isInputHeld = false;
};

class FakeWebSocket final : public WebSocket
{
public:
    void send(WebSocketOpcode opcode, QByteArrayView payload) override
    {
        lastOpcode = opcode;
        sent.append(payload.toByteArray());
    }
    qint64 bytesUnsent() const override { return unsent; }
    void holdInput(bool isHeld) override { isInputHeld = isHeld; }
    void close(quint16 code, QByteArrayView) override { closeCode = code; }
    void abort() override {}
    QHostAddress peerAddress() const override { return QHostAddress(QHostAddress::LocalHost); }

    QList<QByteArray> take() { return std::exchange(sent, {}); }

    QList<QByteArray> sent;
    WebSocketOpcode lastOpcode = WebSocketOpcode::Binary;
    qint64 unsent = 0;
    int closeCode = 0;
    bool isInputHeld = false;
};

class FakeRequest final : public HttpRequest
{
public:
    HttpMethod method() const override { return verb; }
    QByteArrayView path() const override { return "/hub"; }
    QByteArrayView query() const override { return queryText; }
    QByteArray pathParameter() const override { return {}; }
    QByteArrayView header(QByteArrayView name) const override
    {
        for (const auto &[own, value] : headers) {
            if (own.compare(name, Qt::CaseInsensitive) == 0)
                return value;
        }
        return {};
    }
    QByteArray body() const override { return content; }
    QHostAddress peerAddress() const override { return QHostAddress(QHostAddress::LocalHost); }
    bool isSecure() const override { return false; }

    HttpMethod verb = HttpMethod::Post;
    QByteArray queryText;
    QByteArray content;
    std::vector<std::pair<QByteArray, QByteArray>> headers;
};

/// Takes "token-<subject>" for the token of that subject, and "business-<subject>" for one with that role.
class FakeAuthenticator final : public Authenticator
{
public:
    void authenticateApiKey(QByteArrayView, Completion<ApiKeyIdentity> completion) override
    {
        completion(std::unexpected(Error(ErrorCode::Unauthorized, QStringLiteral("No keys here."))));
    }
    Result<TokenIdentity> verifyToken(QByteArrayView token) override
    {
        const qsizetype separator = token.indexOf('-');
        const QByteArrayView kind = token.first(std::max<qsizetype>(separator, 0));
        if (kind != "token" && kind != "business")
            return std::unexpected(Error(ErrorCode::Unauthorized, QStringLiteral("The token is not valid.")));
        TokenIdentity identity{
            .subject = token.sliced(separator + 1).toByteArray(), .roles = {"reader"}, .expiresAt = {}};
        if (kind == "business")
            identity.roles.push_back("business");
        return identity;
    }
};

/// Records what transports say; completions wait until the test calls them.
class FakeDelivery final : public DeliveryPort
{
public:
    struct Settlement
    {
        ReceiverId receiver;
        QList<QByteArray> ids;
        QByteArray reason;
        AckCompletion completion;
    };

    ReceiverId attach(const Recipient &recipient, Receiver &receiver) override
    {
        recipients.append(recipient.toByteArray());
        receivers[++m_lastId] = &receiver;
        return m_lastId;
    }
    void detach(ReceiverId receiver) override { detached += static_cast<int>(receivers.erase(receiver)); }
    void acknowledge(ReceiverId receiver, std::span<const MessageId> ids, AckCompletion completion) override
    {
        Settlement &settlement
            = settlements.emplace_back(receiver, QList<QByteArray>(), QByteArray(), std::move(completion));
        for (const MessageId &id : ids)
            settlement.ids.append(id.toString());
    }
    void reject(ReceiverId receiver, const MessageId &id, const QByteArray &reason,
                AckCompletion completion) override
    {
        settlements.emplace_back(receiver, QList<QByteArray>{id.toString()}, reason, std::move(completion));
    }
    void setPaused(ReceiverId, bool paused) override { pauses.append(paused); }
    void withdraw(const MessageId &, AckCompletion) override {}
    void replace(MessageReplacement, AckCompletion) override {}
    int connectionCount(const Recipient &) const override { return static_cast<int>(receivers.size()); }

    std::map<ReceiverId, Receiver *> receivers;
    QList<QByteArray> recipients;
    std::vector<Settlement> settlements;
    QList<bool> pauses;
    int detached = 0;

private:
    ReceiverId m_lastId = 0;
};

/// Records what is submitted; completions wait until the test calls them.
class FakeIntake final : public MessageIntake
{
public:
    struct Submission
    {
        std::vector<Message> messages;
        Completion<std::vector<MessagePointer>> completion;
    };

    void submit(std::vector<Message> messages, Completion<std::vector<MessagePointer>> completion) override
    {
        submissions.push_back({std::move(messages), std::move(completion)});
    }
    void submitOnce(std::vector<Message> messages, IdempotencyClaim claim, Completion<StoredRequest> completion) override
    {
        claims.push_back({std::move(messages), std::move(claim), std::move(completion)});
    }

    struct Claimed
    {
        std::vector<Message> messages;
        IdempotencyClaim claim;
        Completion<StoredRequest> completion;
    };

    std::vector<Submission> submissions;
    std::vector<Claimed> claims;
};

/// Records what was read; completions wait until the test calls them.
class FakeReadReceipts final : public ReadReceipts
{
public:
    struct Receipt
    {
        QByteArray reader;
        QByteArray id;
        ReadCompletion completion;
    };

    void markRead(const Recipient &reader, const MessageId &id, ReadCompletion completion) override
    {
        receipts.push_back({reader.toByteArray(), id.toString(), std::move(completion)});
    }

    std::vector<Receipt> receipts;
};

/// Keeps who is in which group; answers at once.
class FakeGroups final : public Groups
{
public:
    void join(const QByteArray &group, std::vector<Recipient> members, Completion<qint64> completion) override
    {
        for (const Recipient &member : members)
            groups[group].append(member.toByteArray());
        completion(static_cast<qint64>(members.size()));
    }
    void leave(const QByteArray &group, const Recipient &member, Completion<bool> completion) override
    {
        completion(groups[group].removeOne(member.toByteArray()));
    }
    void memberCount(const QByteArray &, Completion<qint64> completion) override { completion(0); }
    void members(const QByteArray &, const Recipient &, int, Completion<std::vector<Recipient>> completion) override
    {
        completion(std::vector<Recipient>());
    }

    std::map<QByteArray, QList<QByteArray>> groups;
};

class FakeStatusFeed final : public StatusFeed
{
public:
    void subscribe(StatusSubscriber &subscriber, StatusScope) override { subscribers.push_back(&subscriber); }
    void unsubscribe(StatusSubscriber &subscriber) override { std::erase(subscribers, &subscriber); }

    void publish(const std::vector<StatusChange> &changes)
    {
        for (StatusSubscriber *subscriber : subscribers)
            subscriber->statusChanged(changes);
    }

    std::vector<StatusSubscriber *> subscribers;
};

} // namespace hudhud

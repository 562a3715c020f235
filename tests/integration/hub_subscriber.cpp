// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub_subscriber.h"

#include <QRandomGenerator>

#include <algorithm>
#include <map>

namespace hudhud::test {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype LargestBacklog = 20;

bool isEach(const Subscribers &subscribers, const std::function<bool(Subscriber &)> &condition)
{
    return std::ranges::all_of(subscribers, [&](const auto &subscriber) { return condition(*subscriber); });
}

} // namespace

QString newNumber()
{
    static qint64 last = 967775000000;
    return QString::number(++last);
}

QList<PostedMessage> texts(const QString &recipient, int count, const QString &content)
{
    return QList<PostedMessage>(count, PostedMessage{recipient, content});
}

Subscriber::Subscriber(PushServer &pushServer, const HubLine &itsLine,
                       const std::function<void(client::HubConnectionOptions &)> &adjust)
    : server(pushServer)
    , line(itsLine)
    , proxy(server.url())
{
    client::HubConnectionOptions options = HubPhone::options(line, server.token(number));
    if (adjust)
        adjust(options);
    phone = std::make_unique<HubPhone>(proxy.url().resolved(QUrl(QStringLiteral("/online-mobile-user"))),
                                       options);
}

bool Subscriber::hasEverything()
{
    const QSet<QString> expected(accepted.begin(), accepted.end());
    const auto isComplete = [&] {
        const QStringList arrived = phone->contents.keys();
        return QSet<QString>(arrived.begin(), arrived.end()).contains(expected);
    };
    const auto isDelivered = [&] { return server.deliveredTo(number).contains(expected); };
    const bool result = waitFor(isComplete) && waitFor(isDelivered);
    if (!result)
        qWarning("%s: of %lld messages %lld arrived, %lld are Delivered", line.name, accepted.size(),
                 phone->contents.size(), server.deliveredTo(number).size());
    return result;
}

bool waitForEach(const Subscribers &subscribers, const std::function<bool(Subscriber &)> &condition)
{
    return waitFor([&] { return isEach(subscribers, condition); });
}

bool startEach(const Subscribers &subscribers)
{
    QList<QFuture<client::Result<void>>> starts;
    for (const auto &subscriber : subscribers)
        starts.append(subscriber->phone->connection.start());
    return std::ranges::all_of(starts, [](const auto &start) {
        const auto result = HubPhone::await(start);
        if (!result)
            qWarning("start: %s", qPrintable(result.error().message));
        return result.has_value();
    });
}

bool haveEverything(const Subscribers &subscribers)
{
    return isEach(subscribers, [](Subscriber &subscriber) { return subscriber.hasEverything(); });
}

bool waitForProgress(const Subscribers &subscribers, int most)
{
    std::map<Subscriber *, qsizetype> due;
    for (const auto &subscriber : subscribers)
        due[subscriber.get()]
            = subscriber->phone->received.size() + QRandomGenerator::global()->bounded(1, most + 1);
    const auto hasProgress = [&](Subscriber &each) { return each.phone->received.size() >= due[&each]; };
    if (waitForEach(subscribers, hasProgress))
        return true;
    for (const auto &subscriber : subscribers) {
        qWarning("%s: state %d, %lld accepted, %lld received, %lld waited for, %lld are Delivered", subscriber->line.name,
                 int(subscriber->phone->connection.state()), subscriber->accepted.size(),
                 qsizetype(subscriber->phone->received.size()), due[subscriber.get()],
                 subscriber->server.deliveredTo(subscriber->number).size());
    }
    return false;
}

void tellDoubles(const Subscribers &subscribers)
{
    for (const auto &subscriber : subscribers)
        qInfo("RESULT %s: %lld messages, %d doubles", subscriber->line.name, subscriber->accepted.size(),
              subscriber->phone->doubles());
}

Traffic::Traffic(const Subscribers &subscribers)
    : m_subscribers(subscribers)
{
    m_timer.callOnTimeout([this] { post(); });
    m_timer.start(20ms);
}

bool Traffic::end()
{
    m_timer.stop();
    return waitFor([&] { return !m_isPosting; });
}

void Traffic::post()
{
    const auto isFarBehind = [](const auto &subscriber) {
        return subscriber->accepted.size() - subscriber->phone->received.size() > LargestBacklog;
    };
    if (m_isPosting || std::ranges::any_of(m_subscribers, isFarBehind))
        return;
    m_isPosting = true;
    QList<PostedMessage> messages;
    for (const auto &subscriber : m_subscribers)
        messages += texts(subscriber->number, 2, QStringLiteral("traffic"));
    m_subscribers.front()->server.post(messages, [this](const QStringList &ids) {
        m_isPosting = false;
        // Without an answer nobody knows: such messages may arrive, but need not.
        for (qsizetype i = 0; i < ids.size(); ++i)
            m_subscribers[static_cast<std::size_t>(i / 2)]->accepted.append(ids[i]);
    });
}

} // namespace hudhud::test

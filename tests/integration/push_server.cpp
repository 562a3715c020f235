// SPDX-License-Identifier: GPL-3.0-or-later
#include "push_server.h"

#include "loadgen/token.h"

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>
#include <QTimer>

#include <chrono>
#include <future>
#include <utility>

namespace hudhud::test {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds StartLimit{60};

QJsonObject toJson(const PostedMessage &message)
{
    return {{QStringLiteral("recipient"), message.recipient},
            {QStringLiteral("subject"), QStringLiteral("test")},
            {QStringLiteral("content"), message.content}};
}

QByteArray batchOf(const QList<PostedMessage> &messages)
{
    QJsonArray array;
    for (const PostedMessage &message : messages)
        array.append(toJson(message));
    return QJsonDocument(QJsonObject{{QStringLiteral("messages"), array}}).toJson(QJsonDocument::Compact);
}

QStringList idsIn(int status, const QByteArray &answer)
{
    QStringList ids;
    if (status == 202) {
        const QJsonArray results = QJsonDocument::fromJson(answer)[QLatin1String("results")].toArray();
        for (const QJsonValue result : results)
            ids.append(result[QLatin1String("id")].toString());
    }
    return ids;
}

int statusOfReply(const QNetworkReply &reply)
{
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

} // namespace

bool waitFor(const std::function<bool()> &condition)
{
    const QDeadlineTimer deadline(TestLimit);
    while (!condition()) {
        if (deadline.hasExpired())
            return false;
        QEventLoop turns;
        QTimer::singleShot(10ms, &turns, &QEventLoop::quit);
        turns.exec();
    }
    return true;
}

PushServer::PushServer(const std::string &binary, std::string extraConfiguration)
    : m_process(binary, std::move(extraConfiguration))
{
}

bool PushServer::start()
{
    if (m_apiKey.isEmpty()) {
        const auto key = m_process.createApiKey();
        if (!key) {
            qWarning("%s", key.error().c_str());
            return false;
        }
        m_apiKey = QByteArray::fromStdString(*key);
    }
    // Connections that the last server kept open would fail the first request to the next one. Who waits for
    // an answer of the last one is told that none comes.
    if (m_http) {
        const auto replies = m_http->findChildren<QNetworkReply *>();
        for (QNetworkReply *reply : replies)
            reply->abort();
    }
    m_http = std::make_unique<QNetworkAccessManager>();
    const auto started = m_process.start(StartLimit);
    if (!started)
        qWarning("%s", started.error().c_str());
    return started.has_value();
}

int PushServer::stop(int signal)
{
    std::future<int> ended = std::async(std::launch::async, [&] { return m_process.stop(signal); });
    if (!waitFor([&] { return ended.wait_for(0s) == std::future_status::ready; }))
        qWarning("the server has not ended after signal %d", signal);
    return ended.get();
}

std::string PushServer::token(const QString &number, std::chrono::seconds lifetime) const
{
    return loadgen::signToken(m_process.secret(), "mobile_number", number.toStdString(), lifetime);
}

std::string PushServer::businessToken(const QString &number) const
{
    const auto token = m_process.createToken(number.toStdString(), "business");
    if (!token)
        qWarning("%s", token.error().c_str());
    return token.value_or(std::string());
}

QNetworkRequest PushServer::request(const QString &path) const
{
    QNetworkRequest request(url().resolved(QUrl(path)));
    request.setRawHeader("Authorization", "Bearer " + m_apiKey);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    request.setTransferTimeout(TestLimit);
    return request;
}

QByteArray PushServer::finish(std::unique_ptr<QNetworkReply> reply, int &status)
{
    const bool isFinished = waitFor([&] { return reply->isFinished(); });
    status = isFinished ? statusOfReply(*reply) : 0;
    return reply->readAll();
}

QString PushServer::post(const QString &recipient, const QString &content, int *status)
{
    const QByteArray body = QJsonDocument(toJson({recipient, content})).toJson(QJsonDocument::Compact);
    int answered = 0;
    const QByteArray answer = finish(
        std::unique_ptr<QNetworkReply>(m_http->post(request(QStringLiteral("/api/v1/messages")), body)),
        answered);
    if (status != nullptr)
        *status = answered;
    return answered == 202 ? QJsonDocument::fromJson(answer)[QLatin1String("id")].toString() : QString();
}

QStringList PushServer::post(const QList<PostedMessage> &messages)
{
    int status = 0;
    const QByteArray answer = finish(std::unique_ptr<QNetworkReply>(postBatch(messages)), status);
    return idsIn(status, answer);
}

void PushServer::post(const QList<PostedMessage> &messages, std::function<void(const QStringList &)> done)
{
    QNetworkReply *reply = postBatch(messages);
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, done = std::move(done)] {
        reply->deleteLater();
        done(idsIn(statusOfReply(*reply), reply->readAll()));
    });
}

QNetworkReply *PushServer::postBatch(const QList<PostedMessage> &messages)
{
    return m_http->post(request(QStringLiteral("/api/v1/messages/batch")), batchOf(messages));
}

QJsonObject PushServer::get(const QString &path)
{
    int status = 0;
    const QByteArray answer = finish(std::unique_ptr<QNetworkReply>(m_http->get(request(path))), status);
    return status == 200 ? QJsonDocument::fromJson(answer).object() : QJsonObject();
}

QString PushServer::statusOf(const QString &id)
{
    return get(QStringLiteral("/api/v1/messages/") + id)[QLatin1String("status")].toString();
}

QSet<QString> PushServer::deliveredTo(const QString &recipient)
{
    QSet<QString> ids;
    const QJsonObject page
        = get(QStringLiteral("/api/v1/messages?status=Delivered&limit=1000&recipient=") + recipient);
    const QJsonArray messages = page[QLatin1String("messages")].toArray();
    for (const QJsonValue message : messages)
        ids.insert(message[QLatin1String("id")].toString());
    return ids;
}

int PushServer::connectionsOf(const QString &recipient)
{
    const QString path = QStringLiteral("/api/v1/users/%1/presence").arg(recipient);
    return get(path)[QLatin1String("connections")].toInt(-1);
}

} // namespace hudhud::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server_process.h"

#include <QNetworkAccessManager>
#include <QSet>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>

namespace hudhud::test {

constexpr int TestLimit = 60'000; ///< Milliseconds that anything may take; much more than it does.

/// Waits until it is true; false: it was not in time. Events go on at full speed meanwhile, unlike with
/// QTest::qWaitFor, which sleeps between turns of the event loop.
bool waitFor(const std::function<bool()> &condition);

struct PostedMessage
{
    QString recipient;
    QString content;
};

/// The real server, and the business that posts to it. Needs an event loop.
class PushServer
{
public:
    explicit PushServer(const std::string &binary, std::string extraConfiguration = {});

    /// Starts the server, also again. False: it wrote why.
    bool start();
    /// Sends `signal` and waits for the end; events go on meanwhile, so that phones can answer its good-bye.
    /// Gives the status as waitpid does.
    int stop(int signal);

    QUrl url() const { return QUrl(QString::fromStdString(m_process.url())); }
    QUrl hub() const { return url().resolved(QUrl(QStringLiteral("/online-mobile-user"))); }
    std::string token(const QString &number, std::chrono::seconds lifetime = std::chrono::hours(1)) const;
    /// With the role that opens the businesses' hub, for an hour. Empty: it wrote why.
    std::string businessToken(const QString &number) const;

    /// Gives the id, or nothing when it was not accepted. `status` gets the HTTP status; 0: no answer.
    QString post(const QString &recipient, const QString &content, int *status = nullptr);
    /// Posts all in one request. Gives the ids in the same order, or none.
    QStringList post(const QList<PostedMessage> &messages);
    /// The same; `done` gets the ids when the answer is there.
    void post(const QList<PostedMessage> &messages, std::function<void(const QStringList &)> done);
    QString statusOf(const QString &id);
    /// Ids of the recipient's Delivered messages, the newest thousand.
    QSet<QString> deliveredTo(const QString &recipient);
    /// Open connections of the recipient; -1: no answer.
    int connectionsOf(const QString &recipient);

private:
    QNetworkRequest request(const QString &path) const;
    QByteArray finish(std::unique_ptr<QNetworkReply> reply, int &status);
    QNetworkReply *postBatch(const QList<PostedMessage> &messages);
    QJsonObject get(const QString &path);

    ServerProcess m_process;
    QByteArray m_apiKey;
    std::unique_ptr<QNetworkAccessManager> m_http;
};

} // namespace hudhud::test

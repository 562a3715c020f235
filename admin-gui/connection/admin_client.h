// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/admin_error.h"
#include "connection/connection_profile.h"

#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QQueue>
#include <QUrlQuery>

#include <chrono>
#include <functional>

namespace hudhud::console {

/// One call of the admin API. Everything that the console does is such a value, so everything can be shown as
/// the command that does the same.
struct AdminRequest
{
    enum class Effect : quint8 { Reads, Changes };

    QByteArray method = "GET";
    QString path; ///< Below /api/v1/admin, already percent-encoded, like /dlq/groups.
    QUrlQuery query;
    QJsonObject body; ///< Sent unless empty.
    Effect effect = Effect::Reads;

    static AdminRequest get(const QString &path, const QUrlQuery &query = {});
    /// A POST that only asks, like a dry run.
    static AdminRequest ask(const QString &path, const QJsonObject &body);
    static AdminRequest change(const QByteArray &method, const QString &path, const QJsonObject &body = {});

    /// The curl command that does the same; the token stands in $HUDHUD_TOKEN.
    QString asCurl(const QUrl &server) const;
    QUrl url(const QUrl &server) const;
};

/// Speaks the admin API of one server. Thread: the main thread. Answers come in the order in which the server
/// gives them, never from within `send`. Limits: MaximumUnderWay requests at once, MaximumWaiting more in the
/// queue, MaximumAnswerBytes of an answer, RequestTimeout for each.
class AdminClient final : public QObject
{
    Q_OBJECT

public:
    static constexpr int MaximumUnderWay = 6;
    static constexpr qsizetype MaximumWaiting = 64;
    static constexpr qint64 MaximumAnswerBytes = 16 * 1024 * 1024;
    static constexpr std::chrono::milliseconds RequestTimeout{15'000};

    using Handler = std::function<void(const Result<QJsonObject> &answer)>;

    explicit AdminClient(const ConnectionProfile &profile, QObject *parent = nullptr);

    void setToken(const QString &token) { m_token = token; }
    const QUrl &server() const { return m_server; }
    bool isReadOnly() const { return m_isReadOnly; }

    /// `handler` is not called any more once `context` is gone. Lists that the API answers as arrays come as
    /// {"items": [...]}.
    void send(const AdminRequest &request, QObject *context, Handler handler);

Q_SIGNALS:
    /// An answer came, good or bad; how long it took.
    void answered(std::chrono::milliseconds took);
    /// The connection is the trouble.
    void connectionFailed(const hudhud::console::AdminError &error);

private:
    struct Waiting
    {
        AdminRequest request;
        QPointer<QObject> context;
        Handler handler;
    };

    void sendNext();
    void start(Waiting waiting);
    void finish(class QNetworkReply *reply, const Waiting &waiting, std::chrono::milliseconds took);
    void fail(const Waiting &waiting, const AdminError &error);

    QUrl m_server;
    bool m_isReadOnly;
    QString m_token;
    QNetworkAccessManager m_network;
    QQueue<Waiting> m_waiting;
    int m_underWay = 0;
};

} // namespace hudhud::console

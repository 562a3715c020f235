// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QTcpServer>
#include <QUrl>
#include <QUrlQuery>

#include <functional>

class QTcpSocket;

namespace hudhud::console::test {

/// The admin API in the test's own process: HTTP/1.1 on a free port of 127.0.0.1, answers that a test may
/// replace, and a list of what was asked. Thread: the one that made it, which needs an event loop.
class FakeAdmin final : public QObject
{
    Q_OBJECT

public:
    struct Request
    {
        QByteArray method;
        QString path; ///< Below /api/v1/admin.
        QUrlQuery query;
        QJsonObject body;
        QByteArray authorization;
    };
    struct Answer
    {
        QJsonObject json;
        int status = 200;
    };
    using Route = std::function<Answer(const Request &request)>;

    FakeAdmin();

    QUrl url() const;
    /// `path` may end in `*`: everything that begins so. The longest that fits answers.
    void on(const QByteArray &method, const QString &path, Route route);
    /// The same answer every time.
    void answer(const QByteArray &method, const QString &path, const QJsonObject &json, int status = 200);
    /// A problem as RFC 9457 has it.
    static Answer problem(int status, const QString &detail);
    /// Drops connections, and refuses new ones, until it is up again at the same port.
    void setDown(bool down);

    QList<Request> requests;
    /// The latest one to a path; with an empty method when there was none.
    Request lastRequest(const QString &path) const;
    int countRequests(const QString &path) const;

private:
    void accept();
    void read(QTcpSocket *socket);
    Answer dispatch(const Request &request);

    quint16 m_port = 0;
    QHash<QString, Route> m_routes; ///< By "METHOD path".
    QHash<QTcpSocket *, QByteArray> m_received;
    QTcpServer m_server; ///< Its sockets say good-bye when it ends: before what they are kept in.
};

/// Answers for every route, of a cluster that is not quite well, with `letters` dead letters of two kinds and
/// `connections` connections.
void fillFakeAdmin(FakeAdmin &fake, int letters = 450, int connections = 100'000);

} // namespace hudhud::console::test

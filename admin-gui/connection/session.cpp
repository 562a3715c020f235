// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/session.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace hudhud::console {

using namespace Qt::StringLiterals;

Session::Session(const ConnectionProfile &profile, const QString &token, QObject *parent)
    : QObject(parent)
    , m_profile(profile)
    , m_token(token)
    , m_client(profile)
    , m_hub(profile.url)
{
    readToken(token);
    m_client.setToken(token);
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Session::probe);
    connect(&m_client, &AdminClient::answered, this, [this](std::chrono::milliseconds took) {
        m_latency = took;
        m_lastData.start();
        setState(State::Connected);
    });
    connect(&m_client, &AdminClient::connectionFailed, this, [this](const AdminError &error) {
        m_error = error;
        setState(State::Lost);
        if (!m_retry.isActive())
            m_retry.start(RetryInterval);
    });
    connect(&m_hub, &AdminHub::received, this, [this] { m_lastData.start(); });
}

void Session::start()
{
    m_hub.start(m_token);
    probe();
}

void Session::probe()
{
    m_client.send(AdminRequest::get(u"/me"_s), this, [this](const Result<QJsonObject> &answer) {
        if (!answer) // What the client signals is enough; older servers do not know the route.
            return;
        readIdentity(*answer);
        Q_EMIT stateChanged();
    });
}

std::optional<std::chrono::milliseconds> Session::dataAge() const
{
    if (!m_lastData.isValid())
        return std::nullopt;
    return std::chrono::milliseconds(m_lastData.elapsed());
}

void Session::setState(State state)
{
    if (state == m_state) {
        if (state == State::Lost)
            Q_EMIT stateChanged(); // Perhaps for another reason.
        return;
    }
    const bool wasLost = m_state == State::Lost;
    m_state = state;
    Q_EMIT stateChanged();
    if (state == State::Connected && wasLost)
        Q_EMIT restored();
}

/// For servers that do not tell. The payload of a JWT is no secret, and its signature is the server's affair.
void Session::readToken(const QString &token)
{
    const QByteArray payload
        = QByteArray::fromBase64(token.section(u'.', 1, 1).toLatin1(), QByteArray::Base64UrlEncoding);
    QJsonObject claims = QJsonDocument::fromJson(payload).object();
    claims.insert(u"subject"_s, claims["sub"_L1]);
    if (claims.contains("exp"_L1)) {
        const QDateTime expiry = QDateTime::fromSecsSinceEpoch(claims["exp"_L1].toInteger(), Qt::UTC);
        claims.insert(u"expiresAt"_s, expiry.toString(Qt::ISODate));
    }
    readIdentity(claims);
}

void Session::readIdentity(const QJsonObject &identity)
{
    m_operator = identity["subject"_L1].toString();
    m_expiry = QDateTime::fromString(identity["expiresAt"_L1].toString(), Qt::ISODateWithMs);
    m_serverVersion = identity["version"_L1].toString();
    m_node = identity["node"_L1].toString();
    const QString role = identity["role"_L1].toString();
    m_role = role == "admin"_L1 ? Role::Admin
        : role == "operator"_L1 ? Role::Operator
        : role == "viewer"_L1   ? Role::Viewer
                                : Role::Unknown;
}

} // namespace hudhud::console

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/admin_client.h"
#include "connection/admin_hub.h"
#include "connection/connection_profile.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <optional>

namespace hudhud::console {

/// One profile that is in use: its client, its hub, and whether the server can be reached. Comes back by
/// itself. Windows of the same profile share it. Thread: the main thread.
class Session final : public QObject
{
    Q_OBJECT

public:
    enum class State : quint8 { Connecting, Connected, Lost };
    enum class Role : quint8 { Unknown, Viewer, Operator, Admin };

    static constexpr std::chrono::milliseconds RetryInterval{2'000};

    Session(const ConnectionProfile &profile, const QString &token, QObject *parent = nullptr);

    void start();

    const ConnectionProfile &profile() const { return m_profile; }
    AdminClient &client() { return m_client; }
    AdminHub &hub() { return m_hub; }
    State state() const { return m_state; }
    /// Why the connection is lost.
    const AdminError &error() const { return m_error; }
    /// Since the last answer or push; nothing before the first.
    std::optional<std::chrono::milliseconds> dataAge() const;
    /// Of the latest answer.
    std::chrono::milliseconds latency() const { return m_latency; }
    /// As the server says, or the token; the server decides.
    Role role() const { return m_role; }
    const QString &operatorName() const { return m_operator; }
    /// When the token ends; invalid when that is not known.
    const QDateTime &expiry() const { return m_expiry; }
    /// Empty until the server has told.
    const QString &serverVersion() const { return m_serverVersion; }
    /// The node that answers; empty until it has told.
    const QString &node() const { return m_node; }
    /// Neither the profile nor the role forbids it.
    bool mayChange() const { return !m_profile.readOnly && m_role != Role::Viewer; }
    bool mayAdminister() const
    {
        return !m_profile.readOnly && (m_role == Role::Admin || m_role == Role::Unknown);
    }

Q_SIGNALS:
    void stateChanged();
    /// The server can be reached again: what is shown should be asked for.
    void restored();

private:
    void readToken(const QString &token);
    void readIdentity(const QJsonObject &identity);
    void setState(State state);
    void probe();

    ConnectionProfile m_profile;
    QString m_token;
    AdminClient m_client;
    AdminHub m_hub;
    State m_state = State::Connecting;
    AdminError m_error;
    Role m_role = Role::Unknown;
    QString m_operator;
    QDateTime m_expiry;
    QString m_serverVersion;
    QString m_node;
    QElapsedTimer m_lastData;
    std::chrono::milliseconds m_latency{0};
    QTimer m_retry;
};

} // namespace hudhud::console

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QUrl>

namespace hudhud::console {

/// A server as an operator knows it. The token is not part of it: see SecretStore.
struct ConnectionProfile
{
    QString id; ///< Random, fixed for the profile's life: names its settings and its secret.
    QString name;
    QUrl url; ///< Of the admin endpoint, like https://push.example.org:8081.
    QString colour = QStringLiteral("#2e7d32"); ///< Shown in every window, as #rrggbb.
    bool readOnly = true; ///< The console then sends nothing that changes the server.

    bool operator==(const ConnectionProfile &) const = default;
};

/// Loads and stores the profiles in the user's settings. Thread: the main thread.
class ProfileStore
{
public:
    static QList<ConnectionProfile> load();
    static void save(const QList<ConnectionProfile> &profiles);
    /// With a fresh id.
    static ConnectionProfile create(const QString &name, const QUrl &url);
};

} // namespace hudhud::console

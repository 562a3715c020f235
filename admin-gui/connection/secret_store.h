// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QString>

#include <functional>

namespace hudhud::console {

/// Keeps the tokens of the profiles: in the keychain of the operating system where there is one, otherwise in
/// memory until the program ends. Never in a file of ours. Thread: the main thread.
class SecretStore final : public QObject
{
    Q_OBJECT

public:
    /// What became of a secret that was to be kept.
    enum class Kept : quint8 { InKeychain, InMemoryOnly };

    using QObject::QObject;

    /// Calls `handler` with the token, empty when there is none.
    void read(const QString &profileId, QObject *context, std::function<void(const QString &token)> handler);
    /// It is at once there for `read`; `handler` learns whether it outlives the program.
    void write(const QString &profileId, const QString &token, QObject *context,
               std::function<void(Kept kept)> handler);
    void remove(const QString &profileId);
    /// For tests, and where the user wants nothing kept.
    void useMemoryOnly() { m_memoryOnly = true; }

private:
    QHash<QString, QString> m_tokens;
    bool m_memoryOnly = false;
};

} // namespace hudhud::console

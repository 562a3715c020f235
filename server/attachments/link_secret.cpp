// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/link_secret.h"

#include "security/secrets.h"

#include <QFile>
#include <QSaveFile>

namespace hudhud {

namespace {

constexpr int SecretBytes = 32;
constexpr QFile::Permissions OwnerOnly = QFile::ReadOwner | QFile::WriteOwner;

std::unexpected<Error> refusal(const QString &file, const QString &reason)
{
    return std::unexpected(
        Error::invalidField(QStringLiteral("node.data_dir"), QStringLiteral("%1: %2").arg(file, reason)));
}

Result<QByteArray> createSecret(const QString &path)
{
    const QByteArray secret = randomBytes(SecretBytes);
    QSaveFile file(path); // Synced, then renamed: never half a secret.
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(OwnerOnly) || file.write(secret) != secret.size()
        || !file.commit())
        return refusal(path, file.errorString());
    return secret;
}

} // namespace

Result<QByteArray> loadLinkSecret(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return createSecret(path);
    if (!file.open(QIODevice::ReadOnly))
        return refusal(path, file.errorString());
    QByteArray secret = file.readAll();
    if (secret.size() != SecretBytes)
        return refusal(path, QStringLiteral("is not the 32 bytes that the server wrote there; restore it, or remove it "
                                            "and with it the links that were given away"));
    // A copy or a backup may have opened it to others.
    if (file.permissions() & ~(OwnerOnly | QFile::ReadUser | QFile::WriteUser) && !file.setPermissions(OwnerOnly))
        return refusal(path, QStringLiteral("can be read by others; allow only the server's user (chmod 600)"));
    return secret;
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/migration_files.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

namespace hudhud {

namespace {

constexpr int NumberDigits = 4;

} // namespace

QByteArray checksumOf(const Migration &migration)
{
    return QCryptographicHash::hash(migration.sql, QCryptographicHash::Sha256);
}

Result<void> checkNumbers(std::span<const Migration> migrations)
{
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        const int expected = static_cast<int>(i) + 1;
        if (migrations[i].number == expected)
            continue;
        const bool isDuplicate = migrations[i].number < expected;
        return std::unexpected(Error(ErrorCode::Internal,
                                     QStringLiteral("Migration %1: expected number %2; %3.")
                                         .arg(QString::fromUtf8(migrations[i].name))
                                         .arg(expected)
                                         .arg(isDuplicate ? QStringLiteral("the number is used twice")
                                                          : QStringLiteral("there is a gap"))));
    }
    return {};
}

Result<QByteArray> readSql(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(
            Error(ErrorCode::Internal, QStringLiteral("Cannot read %1: %2.").arg(path, file.errorString())));
    return file.readAll();
}

Result<std::vector<Migration>> readMigrations(const QString &folder)
{
    std::vector<Migration> migrations;
    const QStringList names = QDir(folder).entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        bool isNumber = false;
        const int number = QStringView(name).left(NumberDigits).toInt(&isNumber);
        if (!isNumber || name.size() <= NumberDigits || name.at(NumberDigits) != QLatin1Char('_')) {
            return std::unexpected(
                Error(ErrorCode::Internal,
                      QStringLiteral("Migration %1: the name has to be like 0001_what.sql.").arg(name)));
        }
        auto sql = readSql(folder + QLatin1Char('/') + name);
        if (!sql)
            return std::unexpected(sql.error());
        migrations.push_back(Migration{number, name.chopped(4).toUtf8(), std::move(*sql)});
    }
    if (auto checked = checkNumbers(migrations); !checked)
        return std::unexpected(checked.error());
    return migrations;
}

Error schemaTooNew(qint64 number, std::size_t known)
{
    return {ErrorCode::Unsupported,
            QStringLiteral("The database has schema %1, this program knows %2 at most; use a newer program.")
                .arg(number)
                .arg(known)};
}

Error migrationDiffers(const QByteArray &stored, const QByteArray &known)
{
    return {ErrorCode::Unsupported,
            QStringLiteral("Migration %1 of the database is not the one this program has (%2); "
                           "use the program that made the database.")
                .arg(QString::fromUtf8(stored), QString::fromUtf8(known))};
}

} // namespace hudhud

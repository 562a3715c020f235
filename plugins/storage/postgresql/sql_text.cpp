// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql_text.h"

#include "sql/migration_files.h"

#include <QRegularExpression>
#include <QStringList>

namespace hudhud {

Result<QString> queryText(const QString &name)
{
    const auto file = readSql(QStringLiteral(":/hudhud/storage-postgresql/sql/queries/%1.sql").arg(name));
    if (!file)
        return std::unexpected(file.error());
    static const QRegularExpression comment(QStringLiteral("--[^\\n]*"));
    static const QRegularExpression part(QStringLiteral("@([a-z_]+)@"));
    QString text = QString::fromUtf8(*file).remove(comment).trimmed();
    for (auto match = part.match(text); match.hasMatch(); match = part.match(text)) {
        const auto inner = queryText(match.captured(1));
        if (!inner)
            return inner;
        text.replace(match.captured(0), *inner);
    }
    return text;
}

QString withLiterals(const QString &sql, const QStringList &literals)
{
    QString text;
    qsizetype end = 0;
    static const QRegularExpression parameter(QStringLiteral("\\$(\\d+)"));
    for (auto matches = parameter.globalMatch(sql); matches.hasNext();) {
        const auto match = matches.next();
        text += QStringView(sql).mid(end, match.capturedStart() - end);
        text += literals.value(match.captured(1).toInt() - 1);
        end = match.capturedEnd();
    }
    text += QStringView(sql).mid(end);
    return text;
}

} // namespace hudhud

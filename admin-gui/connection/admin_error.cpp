// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/admin_error.h"

#include <QCoreApplication>

namespace hudhud::console {

namespace {

QString headline(AdminError::Kind kind)
{
    using Kind = AdminError::Kind;
    const auto translated = [](const char *text) { return QCoreApplication::translate("AdminError", text); };
    switch (kind) {
    case Kind::Busy:
        return translated(
            QT_TRANSLATE_NOOP("AdminError", "Too many requests are under way; try again in a moment."));
    case Kind::ReadOnly:
        return translated(QT_TRANSLATE_NOOP("AdminError", "This profile is read-only: nothing was changed."));
    case Kind::Unreachable:
        return translated(QT_TRANSLATE_NOOP("AdminError", "The server does not answer."));
    case Kind::Tls:
        return translated(QT_TRANSLATE_NOOP("AdminError", "The server's certificate is not trusted."));
    case Kind::Timeout:
        return translated(QT_TRANSLATE_NOOP("AdminError", "The server did not answer in time."));
    case Kind::Unauthorized:
        return translated(
            QT_TRANSLATE_NOOP("AdminError", "The token was refused: it is wrong or has expired."));
    case Kind::Forbidden:
        return translated(QT_TRANSLATE_NOOP("AdminError", "Your role does not allow this."));
    case Kind::NotFound:
        return translated(QT_TRANSLATE_NOOP("AdminError", "There is no such thing on this server."));
    case Kind::Refused:
        return translated(QT_TRANSLATE_NOOP("AdminError", "The server refused the request."));
    case Kind::Server:
        return translated(QT_TRANSLATE_NOOP("AdminError", "The server failed."));
    case Kind::Protocol:
        return translated(QT_TRANSLATE_NOOP("AdminError", "What answers is not Hudhud's admin endpoint."));
    }
    return {};
}

} // namespace

QString AdminError::text() const
{
    QStringList sentences{headline(kind)};
    if (!detail.isEmpty())
        sentences.append(detail);
    for (const Field &field : fields)
        sentences.append(QStringLiteral("%1: %2").arg(field.field, field.message));
    return sentences.join(QLatin1Char(' '));
}

} // namespace hudhud::console

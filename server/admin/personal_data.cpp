// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/personal_data.h"

#include "admin/json_fields.h"

namespace hudhud {

namespace {

constexpr char RevealAction[] = "personal-data.reveal";

AuditRecord recordOf(const AdminContext &context, const AdminRequest &request, QByteArrayView what)
{
    QByteArray detail("{");
    appendText(detail, "what", what);
    appendOptionalText(detail, "of", request.pathParameter);
    appendOptionalText(detail, "query", request.query);
    AuditRecord record = context.auditOf(request, detail.append('}'));
    record.action = RevealAction;
    return record;
}

} // namespace

QString maskedRecipient(QByteArrayView recipient)
{
    constexpr qsizetype shownBefore = 4;
    constexpr qsizetype shownBehind = 3;
    const QString text = QString::fromUtf8(recipient);
    const QChar dot(0x2022);
    if (text.isEmpty())
        return {};
    if (text.size() < shownBefore + shownBehind + 2)
        return QString(text.size(), dot);
    return text.first(shownBefore) + QString(text.size() - shownBefore - shownBehind, dot) + text.last(shownBehind);
}

bool readReveal(const QueryReader &query)
{
    return query.flag("reveal").value_or(false);
}

bool mayReveal(const AdminContext &context, const AdminRequest &request, bool isRevealing, HttpResponder &responder)
{
    if (!isRevealing || request.role >= AdminRole::Operator)
        return true;
    const Error error(ErrorCode::Forbidden,
                      QStringLiteral("Personal data is shown to the role operator only; leave reveal away, or use a token that "
                                     "has that role."));
    context.auditFailure(recordOf(context, request, "refused"), error);
    context.refuse(responder, error);
    return false;
}

void auditReveal(const AdminContext &context, const AdminRequest &request, bool isRevealing, QByteArrayView what,
                 qint64 count)
{
    if (!isRevealing)
        return;
    AuditRecord record = recordOf(context, request, what);
    record.count = count;
    context.auditDone(std::move(record));
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "list_query.h"

#include "message_reader.h"
#include "plugin-api/http.h"

#include <algorithm>
#include <array>
#include <set>

namespace hudhud {

namespace {

constexpr int MaximumLimit = 1'000;
constexpr std::array<QByteArrayView, 4> Parameters{"recipient", "status", "limit", "cursor"};
constexpr char RecipientRemedy[]
    = " is no phone number of 7 to 15 digits; give country code and number as digits only.";
constexpr char IdRemedy[] = " is no message id; give the id as it was answered when the message was sent.";

/// Percent-decoded text may be anything; an answer is UTF-8.
QByteArray quotedText(QByteArrayView text)
{
    return quoted(QString::fromUtf8(text.first(std::min<qsizetype>(text.size(), 64))).toUtf8());
}

} // namespace

void checkQueryNames(QByteArrayView query, std::span<const QByteArrayView> known, FieldProblems &problems)
{
    std::set<QByteArray> seen;
    while (!query.isEmpty()) {
        const qsizetype end = query.indexOf('&');
        const QByteArrayView pair = end < 0 ? query : query.first(end);
        query = end < 0 ? QByteArrayView() : query.sliced(end + 1);
        const qsizetype equals = pair.indexOf('=');
        const QByteArray name
            = QByteArray::fromPercentEncoding((equals < 0 ? pair : pair.first(equals)).toByteArray());
        const QByteArray shown = QString::fromUtf8(name.left(40)).toUtf8();
        if (std::ranges::find(known, QByteArrayView(name)) == known.end())
            problems.add(shown, unknownName(name, known));
        else if (!seen.insert(name).second)
            problems.add(shown, "is given twice; give it once.");
    }
}

MessageFilter readListQuery(QByteArrayView query, FieldProblems &problems)
{
    MessageFilter filter;
    checkQueryNames(query, Parameters, problems);
    if (const auto recipient = queryValue(query, "recipient")) {
        filter.recipient = Recipient::fromString(*recipient);
        if (!filter.recipient)
            problems.add("recipient", quotedText(*recipient) + RecipientRemedy);
    }
    if (const auto status = queryValue(query, "status")) {
        filter.status = messageStatusFromName(*status);
        if (!filter.status)
            problems.add(
                "status",
                quotedText(*status)
                    + " is not known; allowed are Queued, Processing, Delivered, Failed, DeadLetter.");
    }
    if (const auto limit = queryValue(query, "limit")) {
        bool isNumber = false;
        filter.limit = limit->toInt(&isNumber);
        if (!isNumber || filter.limit < 1 || filter.limit > MaximumLimit)
            problems.add("limit",
                         quotedText(*limit) + " is not allowed; give a whole number from 1 to 1000.");
    }
    if (const auto cursor = queryValue(query, "cursor")) {
        filter.before = MessageId::fromString(*cursor);
        if (!filter.before)
            problems.add("cursor",
                         quotedText(*cursor) + " is no cursor; give the nextCursor of the page before.");
    }
    return filter;
}

FieldProblems invalidMessageId(QByteArrayView text)
{
    FieldProblems problems;
    problems.add("id", quotedText(text) + IdRemedy);
    return problems;
}

Error noSuchMessage()
{
    return Error(
        ErrorCode::NotFound,
        QStringLiteral("There is no message with this id; it may have been withdrawn, or removed after its "
                       "retention time."));
}

FieldProblems invalidRecipient(QByteArrayView text)
{
    FieldProblems problems;
    problems.add("recipient", quotedText(text) + RecipientRemedy);
    return problems;
}

} // namespace hudhud

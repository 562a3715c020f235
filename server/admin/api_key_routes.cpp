// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin-api/api_keys.h"
#include "admin/api_time.h"
#include "admin/body_reader.h"
#include "admin/json_fields.h"
#include "admin/query_reader.h"
#include "admin/routes.h"
#include "security/api_key.h"

#include <algorithm>
#include <array>
#include <limits>

namespace hudhud {

namespace {

constexpr qint64 HighestId = std::numeric_limits<qint64>::max();
constexpr qint64 LongestGraceSeconds = 7 * 24 * 3'600;

admin::ApiKey describeKey(const ApiKeyRecord &key, Timestamp now)
{
    admin::ApiKey described{.id = key.id,
                            .name = QString::fromUtf8(key.name),
                            .account = QString::fromLatin1(key.account.view()),
                            .messagesPerSecond = key.messagesPerSecond,
                            .messagesPerDay = key.messagesPerDay,
                            .createdAt = toDateTime(key.createdAt),
                            .expiresAt = toDateTime(key.expiresAt),
                            .revokedAt = toDateTime(key.revokedAt),
                            .state = QStringLiteral("active")};
    for (const QByteArray &scope : key.scopes)
        described.scopes.append(QString::fromUtf8(scope));
    if (key.revokedAt && *key.revokedAt <= now)
        described.state = QStringLiteral("revoked");
    else if (key.expiresAt && *key.expiresAt <= now)
        described.state = QStringLiteral("expired");
    return described;
}

void listKeys(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->parts.storage.read<std::vector<ApiKeyRecord>>(
        [](StorageReader &reader) { return reader.apiKeys(); },
        [context, responder = std::move(responder)](const Result<std::vector<ApiKeyRecord>> &keys) mutable {
            if (!keys)
                return context->refuse(responder, keys.error());
            admin::ApiKeyList list;
            for (const ApiKeyRecord &key : *keys)
                list.keys.push_back(describeKey(key, context->parts.clock.now()));
            context->respondValue(responder, list);
        });
}

Result<NewApiKey> readNewKey(const simdjson::dom::object &body, const Clock &clock, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 6> Known{"name",           "scopes",   "account", "messagesPerSecond",
                                                         "messagesPerDay", "expiresAt"};
    constexpr qsizetype longestName = 64;
    const BodyReader reader(body, Known, problems);
    const QByteArray name = reader.requiredText("name", longestName);
    const std::vector<QByteArray> scopes = reader.texts("scopes");
    const auto expiresAt = reader.time("expiresAt");
    const qint64 perSecond = reader.number("messagesPerSecond", 0, std::numeric_limits<int>::max()).value_or(0);
    const qint64 perDay = reader.number("messagesPerDay", 0, HighestId).value_or(0);
    Recipient account;
    if (const auto number = reader.text("account", Recipient::MaximumDigits)) {
        const auto given = Recipient::fromString(*number);
        if (!given)
            problems.add("account", "must be a number of 7 to 15 digits.");
        account = given.value_or(Recipient());
    }
    auto key = createApiKey(name, scopes, expiresAt, clock);
    if (!key) {
        if (problems.isEmpty())
            problems.add(key.error().field().toUtf8(), key.error().message().toUtf8());
        return key;
    }
    key->record.account = account;
    key->record.messagesPerSecond = static_cast<int>(perSecond);
    key->record.messagesPerDay = perDay;
    return key;
}

/// Never with the secret.
QByteArray auditDetail(const ApiKeyRecord &key)
{
    QByteArray detail("{");
    if (key.id != 0)
        appendNumber(detail, "id", key.id);
    appendText(detail, "name", key.name);
    QByteArray scopes;
    for (const QByteArray &scope : key.scopes)
        scopes.append(scopes.isEmpty() ? "" : ",").append(scope);
    appendText(detail, "scopes", scopes);
    return detail.append('}');
}

void createKey(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    auto key = readNewKey(*body, context->parts.clock, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    AuditRecord audit = context->auditOf(request, auditDetail(key->record));
    const ApiKeyRecord record = key->record;
    context->parts.storage.write<qint64>(
        [record](StorageWriter &writer) { return writer.saveApiKey(record); },
        [context, audit = std::move(audit), key = *std::move(key),
         responder = std::move(responder)](const Result<qint64> &id) mutable {
            if (!id) {
                context->auditFailure(std::move(audit), id.error());
                return context->refuse(responder, id.error());
            }
            key.record.id = *id;
            audit.detail = auditDetail(key.record);
            audit.count = 1;
            context->auditDone(std::move(audit));
            context->respondValue(responder,
                                  admin::NewApiKey{.key = describeKey(key.record, context->parts.clock.now()),
                                                   .secret = QString::fromLatin1(key.text),
                                                   .replaced = std::nullopt},
                                  201);
        });
}

/// Nothing when the request was refused.
std::optional<qint64> readKeyId(const AdminContext &context, const AdminRequest &request, HttpResponder &responder)
{
    const auto id = parseNumber(request.pathParameter, 1, HighestId);
    if (!id) {
        FieldProblems problems;
        problems.add("id", shown(request.pathParameter) + " is no number of an API key.");
        context.refuse(responder, problems);
    }
    return id;
}

/// A key that can still be used. Errors: NotFound, Conflict.
Result<ApiKeyRecord> usableKey(const std::vector<ApiKeyRecord> &keys, qint64 id)
{
    const auto found = std::ranges::find(keys, id, &ApiKeyRecord::id);
    if (found == keys.end())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no API key %1.").arg(id)));
    if (found->revokedAt)
        return std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("The API key %1 was revoked before.").arg(id)));
    return *found;
}

/// Reads the key, then writes what `change` makes of it; the answer and the audit follow from the outcome. The first of
/// the records that `change` gives is the old key, what follows is new.
void changeKey(const AdminContextPointer &context, AuditRecord audit, qint64 id, HttpResponder responder,
               std::move_only_function<std::vector<ApiKeyRecord>(ApiKeyRecord key)> change,
               std::move_only_function<void(HttpResponder &responder, const std::vector<ApiKeyRecord> &saved)> answer)
{
    const auto refuse = [context](AuditRecord record, const Error &error, HttpResponder &to) {
        context->auditFailure(std::move(record), error);
        context->refuse(to, error);
    };
    context->parts.storage.read<std::vector<ApiKeyRecord>>(
        [](StorageReader &reader) { return reader.apiKeys(); },
        [context, refuse, audit = std::move(audit), id, change = std::move(change), answer = std::move(answer),
         responder = std::move(responder)](const Result<std::vector<ApiKeyRecord>> &keys) mutable {
            if (!keys)
                return refuse(std::move(audit), keys.error(), responder);
            auto key = usableKey(*keys, id);
            if (!key)
                return refuse(std::move(audit), key.error(), responder);
            context->parts.storage.write<std::vector<ApiKeyRecord>>(
                [records = change(*std::move(key))](StorageWriter &writer) mutable -> Result<std::vector<ApiKeyRecord>> {
                    // The new one first: should the second step fail, nobody is without a key.
                    for (auto record = records.rbegin(); record != records.rend(); ++record) {
                        const auto saved = writer.saveApiKey(*record);
                        if (!saved)
                            return std::unexpected(saved.error());
                        record->id = *saved;
                    }
                    return std::move(records);
                },
                [context, refuse, audit = std::move(audit), answer = std::move(answer),
                 responder = std::move(responder)](const Result<std::vector<ApiKeyRecord>> &saved) mutable {
                    if (!saved)
                        return refuse(std::move(audit), saved.error(), responder);
                    audit.count = 1;
                    context->auditDone(std::move(audit));
                    answer(responder, *saved);
                });
        });
}

void rotateKey(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"graceSeconds"};
    const auto id = readKeyId(*context, request, responder);
    if (!id)
        return;
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    const std::chrono::seconds grace(
        BodyReader(*body, Known, problems).number("graceSeconds", 0, LongestGraceSeconds).value_or(0));
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    const Clock &clock = context->parts.clock;
    // Name and scopes come from the old key; the text is all that is needed here.
    auto fresh = createApiKey("fresh", {ApiKeyScopes.front().toByteArray()}, std::nullopt, clock);
    if (!fresh)
        return context->refuse(responder, fresh.error());
    QByteArray detail("{");
    appendNumber(detail, "id", *id);
    appendNumber(detail, "graceSeconds", grace.count());
    changeKey(
        context, context->auditOf(request, detail.append('}')), *id, std::move(responder),
        [hash = fresh->record.hash, now = clock.now(), grace](ApiKeyRecord old) {
            ApiKeyRecord made = old;
            made.id = 0;
            made.hash = hash;
            made.createdAt = now;
            if (grace.count() == 0)
                old.revokedAt = now;
            else
                old.expiresAt = std::min(old.expiresAt.value_or(Timestamp::max()), Timestamp(now + grace));
            return std::vector{std::move(old), std::move(made)};
        },
        [context, text = fresh->text](HttpResponder &to, const std::vector<ApiKeyRecord> &saved) {
            const Timestamp now = context->parts.clock.now();
            context->respondValue(to,
                                  admin::NewApiKey{.key = describeKey(saved.back(), now),
                                                   .secret = QString::fromLatin1(text),
                                                   .replaced = describeKey(saved.front(), now)},
                                  201);
        });
}

void revokeKey(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto id = readKeyId(*context, request, responder);
    if (!id)
        return;
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    const QByteArray reason = readReasonOnly(*body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    QByteArray detail("{");
    appendNumber(detail, "id", *id);
    appendText(detail, "reason", reason);
    changeKey(
        context, context->auditOf(request, detail.append('}')), *id, std::move(responder),
        [now = context->parts.clock.now()](ApiKeyRecord key) {
            key.revokedAt = now;
            return std::vector{std::move(key)};
        },
        [context](HttpResponder &to, const std::vector<ApiKeyRecord> &saved) {
            context->respondValue(
                to, admin::RevokedApiKey{.key = describeKey(saved.front(), context->parts.clock.now())});
        });
}

} // namespace

Result<void> mountApiKeyRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/apikeys", AdminRole::Operator, "apikeys.list", listKeys},
        {HttpMethod::Post, "/apikeys", AdminRole::Admin, "apikey.create", createKey},
        {HttpMethod::Post, "/apikeys/{id}/rotate", AdminRole::Admin, "apikey.rotate", rotateKey},
        {HttpMethod::Post, "/apikeys/{id}/revoke", AdminRole::Admin, "apikey.revoke", revokeKey},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud

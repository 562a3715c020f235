// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/call_table.h"

#include <QTimer>

#include <utility>

namespace hudhud::client {

using Kind = HubError::Kind;

Result<OutgoingCall> CallTable::prepare(HubMessageType type, const QString &target,
                                        const QList<QJsonValue> &arguments, const QList<HubUpload *> &uploads)
{
    if (size() + uploads.size() >= m_limit)
        return failure(Kind::QueueFull, QStringLiteral("More than maximumWaitingCalls wait for an answer."));
    OutgoingCall call{.type = type, .id = {}, .target = target, .arguments = {}, .streamIds = {}};
    for (const QJsonValue &argument : arguments)
        call.arguments.append(argument);
    for (const HubUpload *upload : uploads) {
        if (upload->m_wasOpened)
            return failure(Kind::InvalidUse, QStringLiteral("An upload can be passed to one call only."));
        call.streamIds.append(takeId());
    }
    return call;
}

QFuture<Result<QJsonValue>> CallTable::addCall(const QByteArray &id)
{
    Call &call = m_calls[id];
    call.promise.emplace();
    call.promise->start();
    return call.promise->future();
}

void CallTable::addStream(const QByteArray &id, HubStream &stream)
{
    m_calls[id].stream = &stream;
    stream.m_id = id;
}

void CallTable::openUploads(const OutgoingCall &call, const QList<HubUpload *> &uploads)
{
    for (qsizetype i = 0; i < uploads.size(); ++i) {
        m_uploads[call.streamIds[i]] = {.upload = uploads[i], .callId = call.id};
        uploads[i]->open(m_port, call.streamIds[i]);
    }
}

void CallTable::failLater(HubStream &stream, const HubError &error)
{
    QTimer::singleShot(0, &stream, [&stream, error] { stream.finish(error); });
}

void CallTable::takeItem(const QByteArray &id, const QJsonValue &item)
{
    const auto found = m_calls.find(id);
    if (found != m_calls.end() && found->second.stream)
        Q_EMIT found->second.stream->itemReceived(item);
}

void CallTable::takeCompletion(const QByteArray &id, const Result<QJsonValue> &result)
{
    const auto node = m_calls.extract(id);
    if (node.empty())
        return;
    endUploadsOf(id);
    finish(node.mapped(), result);
}

void CallTable::finish(Call &call, const Result<QJsonValue> &result)
{
    if (call.promise) {
        call.promise->addResult(result);
        call.promise->finish();
    } else if (call.stream) {
        call.stream->finish(result ? HubError() : result.error());
    }
}

void CallTable::endUploadsOf(const QByteArray &callId)
{
    std::vector<QPointer<HubUpload>> ended;
    std::erase_if(m_uploads, [&](const auto &entry) {
        if (entry.second.callId != callId)
            return false;
        ended.push_back(entry.second.upload);
        return true;
    });
    for (const QPointer<HubUpload> &upload : ended) {
        if (upload)
            upload->end();
    }
}

bool CallTable::forget(const QByteArray &id)
{
    if (m_calls.erase(id) == 0)
        return false;
    endUploadsOf(id);
    return true;
}

void CallTable::failAll(const HubError &error)
{
    auto calls = std::exchange(m_calls, {});
    auto uploads = std::exchange(m_uploads, {});
    for (auto &[id, upload] : uploads) {
        if (upload.upload)
            upload.upload->end();
    }
    for (auto &[id, call] : calls)
        finish(call, std::unexpected(error));
}

} // namespace hudhud::client

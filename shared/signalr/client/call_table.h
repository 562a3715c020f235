// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/call_port.h"
#include "signalr/client/client_protocol.h"
#include "signalr/client/hub_stream.h"
#include "signalr/client/hub_upload.h"

#include <QJsonValue>
#include <QPointer>
#include <QPromise>

#include <map>
#include <optional>

namespace hudhud::client {

/// The calls that wait for their answers, the streams that run, and the uploads that are open. Applications
/// are called back from here, and may do anything then but delete the connection. Thread: the connection's.
class CallTable
{
public:
    /// `port` must outlive it.
    CallTable(CallPort &port, qsizetype limit)
        : m_port(port)
        , m_limit(limit)
    {
    }

    /// A call of `target` with fresh ids for its uploads. Errors: InvalidUse when one was used before;
    /// QueueFull.
    Result<OutgoingCall> prepare(HubMessageType type, const QString &target,
                                 const QList<QJsonValue> &arguments, const QList<HubUpload *> &uploads);
    /// The id for the next call that wants an answer.
    QByteArray takeId() { return QByteArray::number(m_nextId++); }

    // After the call was sent.

    QFuture<Result<QJsonValue>> addCall(const QByteArray &id);
    void addStream(const QByteArray &id, HubStream &stream);
    void openUploads(const OutgoingCall &call, const QList<HubUpload *> &uploads);

    HubStream *createStream(QObject *parent) { return new HubStream(m_port, parent); }
    /// For a stream whose call could not be sent: fails it from the event loop.
    static void failLater(HubStream &stream, const HubError &error);
    HubUpload *createUpload(QObject *parent) { return new HubUpload(parent); }

    // What arrives. Unknown ids are ignored.

    void takeItem(const QByteArray &id, const QJsonValue &item);
    void takeCompletion(const QByteArray &id, const Result<QJsonValue> &result);

    /// True: there was such a call.
    bool forget(const QByteArray &id);
    void forgetUpload(const QByteArray &id) { m_uploads.erase(id); }
    void failAll(const HubError &error);
    qsizetype size() const { return static_cast<qsizetype>(m_calls.size() + m_uploads.size()); }

private:
    struct Call
    {
        std::optional<QPromise<Result<QJsonValue>>> promise;
        QPointer<HubStream> stream; ///< Instead of the promise.
    };
    struct Upload
    {
        QPointer<HubUpload> upload;
        QByteArray callId; ///< Empty when the call wants no answer.
    };

    void finish(Call &call, const Result<QJsonValue> &result);
    void endUploadsOf(const QByteArray &callId);

    CallPort &m_port;
    const qsizetype m_limit;
    quint64 m_nextId = 0;
    std::map<QByteArray, Call> m_calls;
    std::map<QByteArray, Upload> m_uploads;
};

} // namespace hudhud::client

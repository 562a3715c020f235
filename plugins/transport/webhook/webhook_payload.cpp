// SPDX-License-Identifier: GPL-3.0-or-later
#include "webhook_payload.h"

#include "core/json_text.h"

#include <QMessageAuthenticationCode>

namespace hudhud {

namespace {

void appendText(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    if (value.isEmpty())
        return;
    out.append(",\"").append(name).append("\":");
    appendJsonString(out, value);
}

void appendChange(QByteArray &out, const StatusChange &change)
{
    out.append("{\"id\":\"").append(change.id.toString()).append('"');
    appendText(out, "recipient", change.recipient.view());
    appendText(out, "status", messageStatusName(change.status));
    appendText(out, "time", toRfc3339(change.time));
    out.append(",\"attempt\":").append(QByteArray::number(change.attempt));
    appendText(out, "channel", deliveryChannelName(change.channel));
    appendText(out, "sender", change.sender);
    appendText(out, "reason", change.reason);
    if (change.deadLetterReason)
        appendText(out, "deadLetterReason", deadLetterReasonName(*change.deadLetterReason));
    if (change.readAt)
        appendText(out, "readAt", toRfc3339(*change.readAt));
    if (change.latency.count() > 0)
        out.append(",\"latencyMs\":").append(QByteArray::number(static_cast<qint64>(change.latency.count())));
    out.append('}');
}

} // namespace

QByteArray webhookBody(std::span<const StatusChange> changes)
{
    QByteArray body("{\"changes\":[");
    for (const StatusChange &change : changes) {
        if (body.back() != '[')
            body.append(',');
        appendChange(body, change);
    }
    return body.append("]}");
}

QByteArray webhookSignature(const QByteArray &secret, Timestamp time, const QByteArray &body)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    const QByteArray stamp = QByteArray::number(static_cast<qint64>(seconds));
    QMessageAuthenticationCode code(QCryptographicHash::Sha256, secret);
    code.addData(stamp);
    code.addData(".", 1);
    code.addData(body);
    return "t=" + stamp + ",v1=" + code.result().toHex();
}

} // namespace hudhud

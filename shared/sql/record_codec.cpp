// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/record_codec.h"

namespace hudhud {

namespace {

constexpr quint8 StatusMask = 0x07;
constexpr quint8 HasAttempt = 0x08;
constexpr quint8 HasReason = 0x10;

void appendNumber(QByteArray &out, quint64 value)
{
    while (value >= 0x80) {
        out.append(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    out.append(static_cast<char>(value));
}

void appendSigned(QByteArray &out, qint64 value)
{
    appendNumber(out, (static_cast<quint64>(value) << 1) ^ static_cast<quint64>(value >> 63));
}

void appendBytes(QByteArray &out, const QByteArray &bytes)
{
    appendNumber(out, static_cast<quint64>(bytes.size()));
    out.append(bytes);
}

/// Reads what the functions above wrote; after damage everything reads as zero and `isValid` is false.
class Unpacker
{
public:
    explicit Unpacker(QByteArrayView data)
        : m_data(data)
    {
    }

    bool isAtEnd() const { return m_data.isEmpty(); }
    bool isValid() const { return m_isValid; }

    quint8 byte()
    {
        if (m_data.isEmpty()) {
            m_isValid = false;
            return 0;
        }
        const auto value = static_cast<quint8>(m_data.front());
        m_data = m_data.sliced(1);
        return value;
    }
    quint64 number()
    {
        quint64 value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const quint8 next = byte();
            value |= static_cast<quint64>(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        m_isValid = false;
        return 0;
    }
    qint64 signedNumber()
    {
        const quint64 value = number();
        return static_cast<qint64>(value >> 1) ^ -static_cast<qint64>(value & 1);
    }
    QByteArray bytes()
    {
        const quint64 size = number();
        if (size > static_cast<quint64>(m_data.size())) {
            m_isValid = false;
            m_data = {};
            return {};
        }
        const QByteArray value = m_data.first(static_cast<qsizetype>(size)).toByteArray();
        m_data = m_data.sliced(static_cast<qsizetype>(size));
        return value;
    }

private:
    QByteArrayView m_data;
    bool m_isValid = true;
};

std::unexpected<Error> damaged(const QString &what)
{
    return std::unexpected(
        Error(ErrorCode::StorageCorrupt, QStringLiteral("The stored %1 of a message is damaged.").arg(what)));
}

} // namespace

qint64 packRecipient(const Recipient &recipient)
{
    qint64 packed = 1;
    for (const char digit : recipient.view())
        packed = packed * 10 + (digit - '0');
    return packed;
}

Recipient unpackRecipient(qint64 packed)
{
    const QByteArray digits = QByteArray::number(packed).sliced(1);
    return Recipient::fromString(digits).value_or(Recipient());
}

QByteArray packAttachments(const std::vector<Attachment> &attachments)
{
    QByteArray packed;
    for (const Attachment &attachment : attachments) {
        appendBytes(packed, attachment.id);
        appendBytes(packed, attachment.name);
        appendBytes(packed, attachment.contentType);
        appendSigned(packed, attachment.size);
    }
    return packed;
}

Result<std::vector<Attachment>> unpackAttachments(QByteArrayView packed)
{
    std::vector<Attachment> attachments;
    Unpacker unpacker(packed);
    while (!unpacker.isAtEnd()) {
        Attachment attachment;
        attachment.id = unpacker.bytes();
        attachment.name = unpacker.bytes();
        attachment.contentType = unpacker.bytes();
        attachment.size = unpacker.signedNumber();
        if (!unpacker.isValid())
            return damaged(QStringLiteral("list of attachments"));
        attachments.push_back(std::move(attachment));
    }
    return attachments;
}

void packEvent(QByteArray &history, const MessageEvent &event, Timestamp createdAt, quint32 node)
{
    auto head = static_cast<quint8>(event.status);
    if (event.attempt > 0)
        head |= HasAttempt;
    if (!event.reason.isEmpty())
        head |= HasReason;
    history.append(static_cast<char>(head));
    appendSigned(history, (event.time - createdAt).count());
    appendNumber(history, node);
    if (event.attempt > 0)
        appendNumber(history, event.attempt);
    if (!event.reason.isEmpty())
        appendBytes(history, event.reason);
}

Result<std::vector<MessageEvent>> unpackHistory(QByteArrayView history, Timestamp createdAt,
                                                const std::function<QByteArray(quint32)> &nodeName)
{
    std::vector<MessageEvent> events;
    Unpacker unpacker(history);
    while (!unpacker.isAtEnd()) {
        MessageEvent event;
        const quint8 head = unpacker.byte();
        event.sequence = static_cast<quint32>(events.size()) + 2;
        event.status = static_cast<MessageStatus>(head & StatusMask);
        event.time = createdAt + std::chrono::milliseconds(unpacker.signedNumber());
        event.node = nodeName(static_cast<quint32>(unpacker.number()));
        if (head & HasAttempt)
            event.attempt = static_cast<quint16>(unpacker.number());
        if (head & HasReason)
            event.reason = unpacker.bytes();
        if (!unpacker.isValid() || event.status > MessageStatus::DeadLetter)
            return damaged(QStringLiteral("history"));
        events.push_back(std::move(event));
    }
    return events;
}

} // namespace hudhud

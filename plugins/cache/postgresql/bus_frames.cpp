// SPDX-License-Identifier: GPL-3.0-or-later
#include "bus_frames.h"

#include <QCryptographicHash>

#include <algorithm>

namespace hudhud {

namespace {

/// Base64 makes 7,800 of them, which leaves room for the head.
constexpr qsizetype PartBytes = 5'850;
constexpr qsizetype FieldCount = 5;

} // namespace

std::vector<QByteArray> toFrames(const QByteArray &sender, quint64 event, const QByteArray &payload)
{
    const qsizetype parts = std::max<qsizetype>(1, (payload.size() + PartBytes - 1) / PartBytes);
    std::vector<QByteArray> frames;
    for (qsizetype part = 0; part < parts; ++part) {
        frames.push_back(sender + ' ' + QByteArray::number(event) + ' ' + QByteArray::number(part) + ' '
                         + QByteArray::number(parts) + ' ' + payload.mid(part * PartBytes, PartBytes).toBase64());
    }
    return frames;
}

QByteArray notificationName(const QByteArray &channel)
{
    return "hudhud_" + QCryptographicHash::hash(channel, QCryptographicHash::Sha1).toHex();
}

std::optional<QByteArray> FrameReader::read(const QByteArray &name, const QByteArray &frame)
{
    const QByteArrayList fields = frame.split(' ');
    if (fields.size() != FieldCount)
        return std::nullopt;
    const QByteArray &event = fields.at(1);
    const int part = fields.at(2).toInt();
    const int parts = fields.at(3).toInt();
    const QByteArray data = QByteArray::fromBase64(fields.at(4));
    if (parts == 1)
        return data;
    const QByteArray key = name + fields.at(0);
    if (part == 0) {
        if (parts > MaximumParts || (m_unfinished.size() >= MaximumSenders && !m_unfinished.contains(key)))
            return std::nullopt;
        m_unfinished[key] = {event, 1, data};
        return std::nullopt;
    }
    const auto unfinished = m_unfinished.find(key);
    if (unfinished == m_unfinished.end())
        return std::nullopt;
    if (unfinished->event != event || unfinished->parts != part) {
        m_unfinished.erase(unfinished);
        return std::nullopt;
    }
    unfinished->payload += data;
    if (++unfinished->parts < parts)
        return std::nullopt;
    const QByteArray payload = unfinished->payload;
    m_unfinished.erase(unfinished);
    return payload;
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>

#include <optional>
#include <vector>

namespace hudhud {

/// Events as notifications of PostgreSQL, whose payload is text of less than 8,000 bytes (the manual, NOTIFY): what is
/// larger travels in parts, `sender event part parts data` with the data in Base64.
std::vector<QByteArray> toFrames(const QByteArray &sender, quint64 event, const QByteArray &payload);

/// The name under which a channel is listened to: identifiers are short and plain, channels are neither.
QByteArray notificationName(const QByteArray &channel);

/// Puts events together again. The parts of one event come in order within one connection; an event that begins anew or
/// whose parts have a gap is dropped. Thread: one. Bounds: one event in the making for each sender, `MaximumSenders` of them.
class FrameReader
{
public:
    static constexpr qsizetype MaximumSenders = 1'000;
    static constexpr int MaximumParts = 4'096; ///< About 24 MB.

    /// The payload, once the frame completes it.
    std::optional<QByteArray> read(const QByteArray &name, const QByteArray &frame);

private:
    struct Unfinished
    {
        QByteArray event;
        int parts = 0; ///< That have come.
        QByteArray payload;
    };
    QHash<QByteArray, Unfinished> m_unfinished; ///< By channel and sender.
};

} // namespace hudhud

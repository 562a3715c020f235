// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"

#include <vector>

namespace hudhud {

/// Messages on their way to another node: whole, so that the receiver need not read each of them from the store. Binary,
/// in QDataStream's form with a version in front.
class MessageBatch
{
public:
    void add(const Message &message);
    bool isEmpty() const { return m_count == 0; }
    qsizetype size() const { return m_bytes.size(); }
    qint64 count() const { return m_count; }
    /// The payload so far; the batch is empty again.
    QByteArray take();

    /// Nothing for bytes that are no batch, or one of another version.
    static std::optional<std::vector<MessagePointer>> decode(const QByteArray &payload);

private:
    QByteArray m_bytes;
    qint64 m_count = 0;
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"

#include <expected>
#include <map>

namespace hudhud {

/// What a store should hold, in the plainest form that can be checked by reading: one map, everything else
/// searched.
class StorageModel
{
public:
    struct Row
    {
        Message message;
        std::vector<MessageEvent> events;
        std::optional<Timestamp> dueAt;
    };

    struct Claim
    {
        QByteArray fingerprint;
        ClaimOutcome outcome;
        Timestamp expiresAt{};
    };

    explicit StorageModel(QByteArray node)
        : m_node(std::move(node))
    {
    }

    bool accept(const Message &message);
    /// What the store has to answer: nothing for success.
    std::optional<ErrorCode> transition(const StatusTransition &transition);
    std::optional<ErrorCode> withdraw(const MessageId &id);
    /// Nothing of the messages is accepted unless the outcome is new.
    std::expected<ClaimOutcome, ErrorCode> claim(const IdempotencyClaim &claim, std::span<const MessagePointer> messages);
    /// The messages that give way to `newer`.
    std::vector<MessageId> supersede(const Message &newer);
    std::optional<ErrorCode> replace(const MessageReplacement &replacement);
    std::vector<MessageId> markRead(const Recipient &recipient, std::span<const MessageId> ids, Timestamp now,
                                    const QByteArray &node);
    std::vector<MessageId> claimDue(Timestamp now, int limit, const QByteArray &node);
    qint64 recover(const QByteArray &node, Timestamp now);
    int purge(Timestamp deliveredBefore, Timestamp deadBefore, Timestamp now);

    std::vector<Message> pending(const Recipient &recipient, Timestamp now) const;
    std::vector<Message> newestFirst(std::optional<Recipient> recipient,
                                     std::optional<MessageStatus> status) const;
    const std::map<MessageId, Row> &rows() const { return m_rows; }

private:
    void putBack(Row &row, Timestamp now, const QByteArray &node, const QByteArray &reason);

    static void giveUp(Row &row, MessageEvent event, DeadLetterReason why);

    QByteArray m_node;
    std::map<MessageId, Row> m_rows;
    std::map<std::pair<qint64, QByteArray>, Claim> m_claims;
};

} // namespace hudhud

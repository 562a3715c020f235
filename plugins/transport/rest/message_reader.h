// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "problem.h"
#include "rest_options.h"

#include <QByteArrayView>

#include <simdjson.h>

namespace hudhud {

/// What a message may say depends on who sends it, and how.
struct MessageRules
{
    Timestamp now{};
    /// The only sender that may be named, and the one of a message that names none; null: none may be named.
    Recipient account = {};
    /// Sent under an idempotency key: a late repetition has to read as the first request did, so a time that has
    /// passed is no error.
    bool isRepeatable = false;
    /// New content for a message that exists: the recipient may be left out, the collapse key stays as it is.
    bool isReplacement = false;
    /// The recipients are given beside the message.
    bool isTemplate = false;
};

/// Reads one message of a request in one pass and reports everything that is wrong with it.
/// Thread: any. Ownership: what is passed in must outlive it.
class MessageReader
{
public:
    MessageReader(const RestOptions &limits, const MessageRules &rules, FieldProblems &problems)
        : m_limits(limits)
        , m_rules(rules)
        , m_problems(problems)
    {
    }

    /// The message as the caller gave it, without id and times. Meaningless if `problems` has grown.
    Message read(const simdjson::dom::object &object);

private:
    void readField(std::size_t field, const simdjson::dom::element &value, Message &message);
    QByteArray readText(QByteArrayView field, const simdjson::dom::element &value, qint64 maximum);
    void readRecipient(const simdjson::dom::element &value, Message &message);
    void readPriority(const simdjson::dom::element &value, Message &message);
    void readType(const simdjson::dom::element &value, Message &message);
    void readMetadata(const simdjson::dom::element &value, Message &message);
    void readSender(const simdjson::dom::element &value, Message &message);
    void readTimeToLive(const simdjson::dom::element &value);
    std::optional<Timestamp> readTime(QByteArrayView field, const simdjson::dom::element &value);
    void readAttachments(const simdjson::dom::element &value, Message &message);
    void checkPresence();
    /// Once all members are known: when the life of the message begins and ends.
    void settleTimes(Message &message);

    const RestOptions &m_limits;
    const MessageRules &m_rules;
    FieldProblems &m_problems;
    std::optional<std::chrono::seconds> m_timeToLive;
    quint32 m_seen = 0; ///< One bit per known field.
};

/// "a number", "null": what a value is, for messages to people.
QByteArrayView jsonTypeName(const simdjson::dom::element &value);
/// The first 40 bytes of `text`, or a little less so as not to cut a character: for names that callers made
/// up.
QByteArrayView shortened(QByteArrayView text);
/// `text`, shortened, in quotation marks.
QByteArray quoted(QByteArrayView text);
/// "is not known" with the nearest of `known`, or all of them.
QByteArray unknownName(QByteArrayView name, std::span<const QByteArrayView> known);

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "problem.h"
#include "rest_options.h"

#include <QByteArrayView>

#include <simdjson.h>

namespace hudhud {

/// Reads one message of a request in one pass and reports everything that is wrong with it.
/// Thread: any. Ownership: what is passed in must outlive it.
class MessageReader
{
public:
    MessageReader(const RestOptions &limits, Timestamp now, FieldProblems &problems)
        : m_limits(limits)
        , m_now(now)
        , m_problems(problems)
    {
    }

    /// The message as the caller gave it, without id and times. Meaningless if `problems` has grown.
    Message read(const simdjson::dom::object &object);
    /// The same for a message whose recipients are given elsewhere.
    Message readTemplate(const simdjson::dom::object &object);

private:
    void readField(std::size_t field, const simdjson::dom::element &value, Message &message);
    QByteArray readText(QByteArrayView field, const simdjson::dom::element &value, qint64 maximum,
                        bool mayBeEmpty);
    void readRecipient(const simdjson::dom::element &value, Message &message);
    void readPriority(const simdjson::dom::element &value, Message &message);
    void readType(const simdjson::dom::element &value, Message &message);
    void readMetadata(const simdjson::dom::element &value, Message &message);
    void readTimeToLive(const simdjson::dom::element &value);
    void readTime(QByteArrayView field, const simdjson::dom::element &value);
    void readAttachments(const simdjson::dom::element &value);
    void checkPresence();

    const RestOptions &m_limits;
    const Timestamp m_now;
    FieldProblems &m_problems;
    bool m_isTemplate = false;
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

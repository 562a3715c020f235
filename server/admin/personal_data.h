// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_context.h"
#include "admin/query_reader.h"

namespace hudhud {

/// The first four and the last three characters with dots between; of short ones less, of the shortest nothing.
QString maskedRecipient(QByteArrayView recipient);

/// What an answer may show of people: numbers, names, contents. Hidden unless it was asked for by somebody who may.
/// Thread: any.
class PersonalData
{
public:
    explicit PersonalData(bool isRevealed) : m_isRevealed(isRevealed) { }

    bool isRevealed() const { return m_isRevealed; }
    QString recipient(QByteArrayView recipient) const
    {
        return m_isRevealed ? QString::fromUtf8(recipient) : maskedRecipient(recipient);
    }
    /// Empty unless revealed.
    QString content(QByteArrayView text) const { return m_isRevealed ? QString::fromUtf8(text) : QString(); }

private:
    bool m_isRevealed;
};

/// Reads the parameter `reveal` and notes what is wrong with it.
bool readReveal(const QueryReader &query);
/// Refuses `reveal` to those without the role operator, and says so in the audit. Result: whether it may go on.
bool mayReveal(const AdminContext &context, const AdminRequest &request, bool isRevealing, HttpResponder &responder);
/// Writes down that an answer shows the data of so many people or messages. Nothing to do unless it reveals.
void auditReveal(const AdminContext &context, const AdminRequest &request, bool isRevealing, QByteArrayView what,
                 qint64 count);

} // namespace hudhud

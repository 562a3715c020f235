// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/query_reader.h"
#include "plugin-api/storage.h"

namespace hudhud {

/// Which messages a list shows. Ids are in the order of time, so that a range of time, and the beginning of an id, are ranges
/// of ids.
struct MessageSearch
{
    MessageFilter filter; ///< Its `before` is the end of the range, or the cursor.
    QByteArray sender;    ///< Empty: any.
    std::optional<MessageId> first; ///< The lowest id.
    std::optional<MessageId> last;  ///< The highest id.
    bool isRevealing = false;
};

struct MessageSearchPage
{
    std::vector<MessagePointer> messages;
    std::optional<MessageId> next; ///< Where the next page begins; nothing when this was the last.
};

MessageSearch readMessageSearch(QByteArrayView query, FieldProblems &problems);

/// On a reader's thread. The store knows no order by sender: at most `MaximumScanned` messages are looked at for one page,
/// which may then be short and yet not the last.
inline constexpr int MaximumScanned = 10'000;
Result<MessageSearchPage> findMessages(StorageReader &reader, const MessageSearch &search);

} // namespace hudhud

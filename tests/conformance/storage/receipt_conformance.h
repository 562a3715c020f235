// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_suite.h"

namespace hudhud {

/// Read receipts, and what dead letters and replays leave in a message.
class ReceiptConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void marksDeliveredMessagesOnce();
    void leavesTheMessagesOfOthersAlone();
    void keepsReasonAndClass();
    void countsReplays();

private:
    std::vector<MessagePointer> markRead(const std::vector<MessageId> &ids, const char *recipient = "967771234567");
};

} // namespace hudhud

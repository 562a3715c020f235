// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_suite.h"

namespace hudhud {

/// Messages that nobody got in time become dead letters.
class ExpiryConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void givesUpExpiredMessages();
    void leavesFinishedMessagesAlone();
    void waitsForTheEndOfTheLease();
    void givesUpOldestFirstAndBeforeWhatIsDue();
    void neverGivesExpiredMessagesAsPending();
    void survivesReopening();
    void expiresAgainAfterAReplay();

private:
    Message acceptUntil(std::chrono::milliseconds timeToLive);
};

} // namespace hudhud

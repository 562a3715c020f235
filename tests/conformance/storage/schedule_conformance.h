// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_suite.h"

namespace hudhud {

/// Messages with a delivery time wait for it.
class ScheduleConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void holdsBackUntilTheDeliveryTime();
    void aDeliveryTimeOfThePastIsNone();
    void withdrawsScheduledMessages();
    void survivesReopening();
    void isScheduledAgainAfterAReplay();
    void aClockThatJumpsFiresNothingTooEarly();
    void countsWhatWaitsByPriority();

private:
    Message acceptFor(std::chrono::milliseconds delay);
};

} // namespace hudhud

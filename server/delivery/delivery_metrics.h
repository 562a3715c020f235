// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/metrics.h"

#include <array>

namespace hudhud {

/// What delivery counts. Thread: any. Ownership: references into the registry, which outlives this.
struct DeliveryMetrics
{
    explicit DeliveryMetrics(MetricsRegistry &registry);

    Counter &deadLettered(DeadLetterReason reason) { return *deadLetters[static_cast<std::size_t>(reason)]; }

    Counter &pushed;
    Counter &acknowledged;
    Counter &ackTimeouts;
    Counter &putBack;
    Counter &pagesRead;
    Counter &storageFailures;
    Counter &slowReadersClosed;
    Counter &swept;
    Counter &purged;
    Counter &repaired;
    Gauge &inFlight;
    Gauge &channels;
    Gauge &connections;
    DurationHistogram &acceptToPush; ///< Of messages whose recipient was connected and had room.
    DurationHistogram &pushToAck;
    DurationHistogram &acceptToAck; ///< Of messages that were not replayed; of scheduled ones from their time.
    std::array<Counter *, DeadLetterReasonCount> deadLetters;
};

} // namespace hudhud

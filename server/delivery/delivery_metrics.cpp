// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/delivery_metrics.h"

namespace hudhud {

namespace {

Counter &deadLetterCounter(MetricsRegistry &registry, DeadLetterReason reason)
{
    return registry.counter("hudhud_delivery_dead_lettered_total", "Messages given up, by reason.",
                            {{"reason", deadLetterReasonName(reason).toByteArray()}});
}

} // namespace

DeliveryMetrics::DeliveryMetrics(MetricsRegistry &registry)
    : pushed(registry.counter("hudhud_delivery_pushed_total", "Messages pushed to phones."))
    , acknowledged(registry.counter("hudhud_delivery_acknowledged_total",
                                    "Messages acknowledged and stored as Delivered."))
    , ackTimeouts(registry.counter("hudhud_delivery_ack_timeouts_total",
                                   "Pushes without an acknowledgement in time."))
    , putBack(registry.counter("hudhud_delivery_put_back_total",
                               "Messages put back because their link was lost."))
    , pagesRead(registry.counter("hudhud_delivery_pages_read_total",
                                 "Pages of waiting messages read from storage."))
    , storageFailures(registry.counter("hudhud_delivery_storage_failures_total",
                                       "Storage calls of delivery that failed."))
    , slowReadersClosed(registry.counter("hudhud_delivery_slow_readers_closed_total",
                                         "Connections closed as slow readers."))
    , swept(registry.counter("hudhud_delivery_swept_total", "Messages whose retry or lease fell due."))
    , purged(
          registry.counter("hudhud_delivery_purged_total", "Ended messages deleted after their retention."))
    , repaired(registry.counter("hudhud_delivery_repairs_total",
                                "Connected recipients with messages in the store that nobody had told this node of."))
    , inFlight(registry.gauge("hudhud_delivery_in_flight", "Messages pushed and not yet acknowledged."))
    , channels(registry.gauge("hudhud_delivery_channels", "Recipients with delivery state in memory."))
    , connections(registry.gauge("hudhud_delivery_connections", "Phones attached to delivery."))
    , acceptToPush(
          registry.histogram("hudhud_delivery_accept_to_push_seconds", "From acceptance to the first push."))
    , pushToAck(
          registry.histogram("hudhud_delivery_push_to_ack_seconds", "From the push to the acknowledgement."))
    , acceptToAck(registry.histogram("hudhud_delivery_accept_to_ack_seconds",
                                     "From acceptance, or the delivery time, to the acknowledgement."))
{
    for (std::size_t i = 0; i < DeadLetterReasonCount; ++i)
        deadLetters[i] = &deadLetterCounter(registry, static_cast<DeadLetterReason>(i));
}

} // namespace hudhud

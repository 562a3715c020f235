// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"

namespace hudhud {

/// Thread: any.
struct AttachmentMetrics
{
    explicit AttachmentMetrics(MetricsRegistry &registry)
        : bytes(registry.gauge("hudhud_attachments_bytes", "Bytes of all attachments that are kept."))
        , uploads(registry.counter("hudhud_attachments_uploads_total", "Attachments made durable."))
        , uploadedBytes(registry.counter("hudhud_attachments_uploaded_bytes_total", "Their bytes."))
        , downloads(registry.counter("hudhud_attachments_downloads_total", "Attachments given to phones and businesses."))
        , refusedLinks(registry.counter("hudhud_attachments_refused_links_total",
                                        "Downloads refused because the link was forged or had expired."))
        , removed(registry.counter("hudhud_attachments_removed_total",
                                   "Attachments removed with their last message, or because none named them."))
        , orphans(registry.counter("hudhud_attachments_orphans_total",
                                   "Files without an attachment, left by a crash, that were removed after a start."))
        , failures(registry.counter("hudhud_attachments_failures_total",
                                    "Work on attachments that the disk or the store did not do."))
    {
    }

    Gauge &bytes;
    Counter &uploads;
    Counter &uploadedBytes;
    Counter &downloads;
    Counter &refusedLinks;
    Counter &removed;
    Counter &orphans;
    Counter &failures;
};

} // namespace hudhud

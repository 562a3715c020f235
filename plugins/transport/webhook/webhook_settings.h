// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "plugin-api/status_feed.h"

#include <QJsonObject>
#include <QUrl>

#include <bitset>
#include <chrono>

namespace hudhud {

/// The settings of the plugin, checked.
struct WebhookSettings
{
    QUrl url;
    QByteArray secret;
    std::bitset<8> statuses; ///< By status; receipts apart.
    bool readReceipts = false;
    std::chrono::milliseconds timeout{10'000};
    std::size_t maximumQueued = 100'000;
    std::size_t batchSize = 100;
    std::chrono::milliseconds batchDelay{100};

    /// Errors: InvalidField naming the key.
    static Result<WebhookSettings> fromJson(const QJsonObject &settings);

    bool wants(const StatusChange &change) const
    {
        return change.readAt ? readReceipts : statuses.test(static_cast<std::size_t>(change.status));
    }
};

} // namespace hudhud

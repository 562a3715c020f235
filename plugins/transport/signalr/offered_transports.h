// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"

#include <QByteArray>

#include <chrono>

namespace hudhud {

/// As in the negotiate answer: "WebSockets"; empty for None.
QByteArray transportName(TransportKind kind);

/// The transports that the hubs offer.
struct OfferedTransports
{
    bool webSockets = true;
    bool serverSentEvents = true;
    bool longPolling = true;

    bool contains(TransportKind kind) const;
    /// As in the negotiate answer.
    QByteArray toJson() const;
};

/// How long polls may take.
struct PollTimes
{
    std::chrono::milliseconds poll{90'000}; ///< A poll without messages is answered then.
    std::chrono::milliseconds absence{15'000}; ///< Without a poll for so long, the connection is over.
};

} // namespace hudhud

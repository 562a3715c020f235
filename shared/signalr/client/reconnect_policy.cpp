// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/reconnect_policy.h"

#include <QRandomGenerator>

#include <algorithm>

namespace hudhud::client {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

QList<milliseconds> usualReconnectDelays()
{
    return {0ms, 2s, 10s, 30s};
}

ReconnectPolicy reconnectAfter(const QList<milliseconds> &delays)
{
    return [delays](const ReconnectAttempt &attempt) -> std::optional<milliseconds> {
        if (attempt.previousAttempts >= delays.size())
            return std::nullopt;
        return delays[attempt.previousAttempts];
    };
}

ReconnectPolicy reconnectForever(const QList<milliseconds> &delays)
{
    return [delays](const ReconnectAttempt &attempt) -> std::optional<milliseconds> {
        if (delays.isEmpty())
            return 0ms;
        const milliseconds delay = delays[std::min<qsizetype>(attempt.previousAttempts, delays.size() - 1)];
        if (attempt.previousAttempts == 0 || delay < 4ms)
            return delay;
        return delay
            - milliseconds(QRandomGenerator::global()->bounded(static_cast<qint64>(delay.count() / 4)));
    };
}

} // namespace hudhud::client

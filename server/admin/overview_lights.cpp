// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/overview_lights.h"

namespace hudhud {

using admin::Health;

namespace {

void set(admin::Light &light, double value, double amber, double red, const QString &reason)
{
    light.health = value >= red ? Health::Red : value >= amber ? Health::Amber : Health::Green;
    light.reason = light.health == Health::Green ? QString() : reason;
}

QString number(double value)
{
    return QString::number(value, 'g', 3);
}

} // namespace

void judge(admin::DeliveryTime &delivery, const OverviewThresholds &thresholds)
{
    const double p99 = delivery.p99Seconds.value_or(0);
    set(delivery, p99, thresholds.amberDelivery, thresholds.redDelivery,
        QStringLiteral("1 in 100 deliveries takes %1 s or more").arg(number(p99)));
}

void judge(admin::Rates &rates, qint64 delivered, qint64 failed, const OverviewThresholds &thresholds)
{
    const qint64 attempts = delivered + failed;
    const double share
        = attempts < thresholds.minimumAttempts ? 0 : static_cast<double>(failed) / static_cast<double>(attempts);
    set(rates, share, thresholds.amberFailures, thresholds.redFailures,
        QStringLiteral("%1 % of the attempts fail").arg(number(100 * share)));
}

void judge(admin::Undelivered &undelivered, const OverviewThresholds &thresholds)
{
    const auto seconds = [](std::chrono::hours hours) {
        return static_cast<double>(std::chrono::seconds(hours).count());
    };
    const double oldest = undelivered.oldestSeconds.value_or(0);
    set(undelivered, oldest, seconds(thresholds.amberWaiting), seconds(thresholds.redWaiting),
        QStringLiteral("the oldest message waits for %1 h").arg(number(oldest / 3600)));
}

void judge(admin::DeadLetters &letters, const OverviewThresholds &thresholds)
{
    set(letters, letters.growthPerMinute, thresholds.amberGrowth, thresholds.redGrowth,
        QStringLiteral("%1 dead letters a minute").arg(number(letters.growthPerMinute)));
}

void judge(admin::BufferLight &buffer, const OverviewThresholds &thresholds)
{
    set(buffer, buffer.utilizationPercent, thresholds.amberBuffer, thresholds.redBuffer,
        QStringLiteral("the message buffer is %1 % full").arg(number(buffer.utilizationPercent)));
}

admin::BreakerLight lightOf(const BreakerSnapshot &breaker)
{
    admin::BreakerLight light;
    light.dependency = QString::fromUtf8(breaker.dependency);
    light.state = QString::fromLatin1(breakerStateName(breaker.state));
    if (breaker.state != BreakerState::Closed) {
        light.health = breaker.state == BreakerState::Open ? Health::Red : Health::Amber;
        light.reason = QStringLiteral("%1 is %2: %3")
                           .arg(light.dependency, light.state, QString::fromUtf8(breaker.lastFailure));
    }
    return light;
}

admin::Light lightOf(NodeStatus status)
{
    if (status == NodeStatus::Healthy)
        return {};
    return {.health = status == NodeStatus::Degraded ? Health::Amber : Health::Red,
            .reason = QStringLiteral("the node is %1").arg(QLatin1StringView(nodeStatusName(status)))};
}

void judgeWhole(admin::Overview &overview)
{
    overview.health = Health::Green;
    overview.reason.clear();
    const auto consider = [&overview](const admin::Light &part) {
        if (part.health > overview.health) {
            overview.health = part.health;
            overview.reason = part.reason;
        }
    };
    for (const auto &breaker : overview.breakers)
        consider(breaker);
    for (const auto &node : overview.nodes)
        consider(node);
    consider(overview.acceptToDelivered);
    consider(overview.rates);
    consider(overview.undelivered);
    consider(overview.deadLetters);
    consider(overview.buffer);
    consider(overview.connections);
}

} // namespace hudhud

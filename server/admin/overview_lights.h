// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/overview.h"
#include "plugin-api/balancer.h"
#include "plugin-api/circuit_breaker.h"

#include <chrono>

namespace hudhud {

/// When the first page's lights change. docs/admin-api.md lists them.
struct OverviewThresholds
{
    double amberDelivery = 1;  ///< Seconds from acceptance to delivery, 99th percentile.
    double redDelivery = 5;
    double amberFailures = 0.05; ///< Share of the attempts of a minute.
    double redFailures = 0.2;
    qint64 minimumAttempts = 10; ///< Below that the share says nothing.
    std::chrono::hours amberWaiting{24}; ///< Phones may be off for a while.
    std::chrono::hours redWaiting{72};
    double amberGrowth = 1; ///< Dead letters a minute.
    double redGrowth = 10;
    double amberBuffer = 80; ///< Percent.
    double redBuffer = 95;
};

// Each sets the light of a part by its figures. Thread: any; pure.

void judge(admin::DeliveryTime &delivery, const OverviewThresholds &thresholds);
/// `delivered`, `failed`: of the window.
void judge(admin::Rates &rates, qint64 delivered, qint64 failed, const OverviewThresholds &thresholds);
void judge(admin::Undelivered &undelivered, const OverviewThresholds &thresholds);
void judge(admin::DeadLetters &letters, const OverviewThresholds &thresholds);
void judge(admin::BufferLight &buffer, const OverviewThresholds &thresholds);
admin::BreakerLight lightOf(const BreakerSnapshot &breaker);
admin::Light lightOf(NodeStatus status);

/// The worst of its parts, with its reason, becomes the light of the whole.
void judgeWhole(admin::Overview &overview);

} // namespace hudhud

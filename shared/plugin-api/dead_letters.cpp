// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/dead_letters.h"

#include <algorithm>

namespace hudhud {

namespace {

constexpr std::array<QByteArrayView, 3> KindNames{"replay", "discard", "restore"};
constexpr std::array<QByteArrayView, DeadLetterRefusalCount> RefusalNames{
    "none", "gone", "not-dead", "discarded", "not-discarded", "expired", "superseded", "delivery-limit"};

} // namespace

QByteArrayView jobKindName(JobKind kind)
{
    return KindNames[static_cast<std::size_t>(kind)];
}

std::optional<JobKind> jobKindFromName(QByteArrayView name)
{
    const auto found = std::ranges::find(KindNames, name);
    if (found == KindNames.end())
        return std::nullopt;
    return static_cast<JobKind>(found - KindNames.begin());
}

QByteArrayView deadLetterRefusalName(DeadLetterRefusal refusal)
{
    return RefusalNames[static_cast<std::size_t>(refusal)];
}

DeadLetterRefusal refusalOf(JobKind kind, bool includesPoison, const DeadLetterStanding &standing, Timestamp now)
{
    if (!standing.isStored)
        return DeadLetterRefusal::Gone;
    if (!standing.isDead)
        return DeadLetterRefusal::NotDead;
    if (kind == JobKind::Restore)
        return standing.isDiscarded ? DeadLetterRefusal::None : DeadLetterRefusal::NotDiscarded;
    if (standing.isDiscarded)
        return DeadLetterRefusal::Discarded;
    if (kind == JobKind::Discard)
        return DeadLetterRefusal::None;
    if (standing.reason == DeadLetterReason::Expired || (standing.expiresAt && *standing.expiresAt <= now))
        return DeadLetterRefusal::Expired;
    if (standing.reason == DeadLetterReason::Superseded)
        return DeadLetterRefusal::Superseded;
    if (standing.reason == DeadLetterReason::DeliveryLimit && !includesPoison)
        return DeadLetterRefusal::DeliveryLimit;
    return DeadLetterRefusal::None;
}

} // namespace hudhud

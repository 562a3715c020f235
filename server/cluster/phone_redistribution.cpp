// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/phone_redistribution.h"

#include "logging/log_line.h"

#include <QLoggingCategory>

#include <algorithm>
#include <cmath>
#include <utility>

namespace hudhud {

Q_LOGGING_CATEGORY(lcRedistribution, "hudhud.cluster")

PhoneRedistribution::PhoneRedistribution(Parts parts)
    : m_parts(std::move(parts))
    , m_healthySince(m_parts.clock.steadyNow())
{
}

void PhoneRedistribution::check()
{
    if (!m_parts.options.redirectsPhones || m_parts.options.redistributionRate == 0)
        return;
    const NodeSnapshot nodes = m_parts.nodes();
    if (const auto step = judge(*nodes))
        carryOut(*step);
}

PhoneRedistribution::Plan PhoneRedistribution::plan(const Share &share, qint64 phones, int rate) const
{
    return {.phones = phones,
            .share = std::min(1.0, static_cast<double>(phones) / static_cast<double>(share.own)),
            .within = std::chrono::milliseconds(phones * 1'000 / rate)};
}

std::optional<PhoneRedistribution::Plan> PhoneRedistribution::judge(std::span<const ProcessingNode> nodes)
{
    std::vector<QByteArray> healthy;
    for (const ProcessingNode &node : nodes) {
        if (node.status == NodeStatus::Healthy)
            healthy.push_back(node.id);
    }
    const SteadyTime now = m_parts.clock.steadyNow();
    const std::scoped_lock lock(m_mutex);
    if (healthy != m_healthy) {
        m_healthy = std::move(healthy);
        m_healthySince = now;
    }
    if (now - m_healthySince < heartbeats() || now < m_restUntil)
        return std::nullopt;
    const auto current = share(nodes);
    const double tolerance = m_parts.options.redistributionTolerance * (m_isEvening ? 0.5 : 1.0);
    m_isEvening = current && current->surplus >= LeastSurplus
        && static_cast<double>(current->own) > current->mean * (1 + tolerance);
    if (!m_isEvening)
        return std::nullopt;
    const int rate = m_parts.options.redistributionRate;
    const qint64 phones = std::min<qint64>(current->surplus, rate * Step.count());
    const Plan step = plan(*current, phones, rate);
    m_restUntil = now + step.within + heartbeats();
    return step;
}

std::optional<PhoneRedistribution::Share> PhoneRedistribution::share(std::span<const ProcessingNode> nodes) const
{
    Share share{.mean = 0, .own = m_parts.connections(), .surplus = 0};
    qint64 total = 0;
    qint64 count = 0;
    bool isHealthy = false;
    for (const ProcessingNode &node : nodes) {
        if (node.status != NodeStatus::Healthy)
            continue;
        const bool isOwn = node.id == m_parts.ownId;
        isHealthy |= isOwn;
        total += isOwn ? share.own : node.currentLoad.activeConnections;
        ++count;
    }
    if (!isHealthy || count < 2)
        return std::nullopt;
    share.mean = static_cast<double>(total) / static_cast<double>(count);
    share.surplus = share.own - static_cast<qint64>(std::ceil(share.mean));
    return share;
}

Result<PhoneRedistribution::Plan> PhoneRedistribution::begin()
{
    if (!m_parts.options.redirectsPhones) {
        return std::unexpected(Error(ErrorCode::Conflict,
                                     QStringLiteral("Phones that are sent away would not be led to another node; set "
                                                    "cluster.redirect_phones = true on every node.")));
    }
    const NodeSnapshot nodes = m_parts.nodes();
    const auto current = share(*nodes);
    if (!current || current->surplus <= 0)
        return Plan();
    const int rate = m_parts.options.redistributionRate > 0 ? m_parts.options.redistributionRate : DefaultRate;
    const Plan whole = plan(*current, current->surplus, rate);
    {
        const std::scoped_lock lock(m_mutex);
        m_restUntil = m_parts.clock.steadyNow() + whole.within + heartbeats();
    }
    carryOut(whole);
    return whole;
}

void PhoneRedistribution::carryOut(const Plan &wanted)
{
    qCInfo(lcRedistribution) << "phones are sent away, as other nodes have fewer" << LogField("phones", wanted.phones)
                             << LogField("within_ms", qint64(wanted.within.count()));
    m_parts.metrics.redistributedPhones.add(wanted.phones);
    m_parts.sendAway(wanted);
}

} // namespace hudhud

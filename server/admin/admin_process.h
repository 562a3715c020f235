// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/configuration.h"
#include "admin-api/connections.h"
#include "admin-api/nodes.h"
#include "admin/admin_feed.h"
#include "admin/admin_hub_share.h"
#include "admin/overview_sampler.h"
#include "admin/sign_in_throttle.h"
#include "ingest/message_buffer.h"
#include "plugin-api/hub_metrics.h"

namespace hudhud {

/// The admin API's share of the process: what the I/O threads have in common, and what is told to consoles that watch.
/// Thread: main, but for what says otherwise. Ownership: what is passed in outlives it; it outlives the workers.
class AdminProcess
{
public:
    struct Parts
    {
        QByteArray nodeId;
        QString version;
        MetricsRegistry &metrics;
        const Clock &clock;
        NodeState &node;
        CircuitBreakers &breakers;
        /// All nodes that are known; none while the node is alone. Any thread.
        std::function<std::vector<ProcessingNode>()> nodes;
        /// Of all transports. Any thread.
        std::function<std::vector<HubStatus>()> hubs;
        /// Any thread.
        std::function<BufferMetrics()> buffer;
        std::vector<admin::Plugin> plugins;
        /// As it is in force. Any thread.
        std::function<admin::ConfigurationInfo()> configuration;
    };
    explicit AdminProcess(Parts parts);

    /// After the workers have begun.
    void start(StorageClient &storage);
    void stop();

    // Any thread from here on.
    const Parts &parts() const { return m_parts; }
    SignInThrottle &throttle() { return m_throttle; }
    OverviewSampler &sampler() { return m_sampler; }
    AdminFeed &feed() { return m_feed; }
    AdminHubShare &hub() { return m_hub; }
    admin::Overview overview() const;
    /// All nodes, with this one.
    admin::NodeList nodeList() const;

private:
    admin::Node describe(const ProcessingNode &node) const;
    void addOwn(admin::Node &node) const;
    QByteArray connectionsJson() const;

    const Parts m_parts;
    SignInThrottle m_throttle;
    AdminHubShare m_hub;
    AdminFeed m_feed;
    OverviewSampler m_sampler;
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
// What the node tells its operators.
#include "app/admin_snapshots.h"
#include "app/node.h"

#include <algorithm>

namespace hudhud {

void Node::createAdmin()
{
    describeConfigurationAgain();
    m_admin = std::make_unique<AdminProcess>(AdminProcess::Parts{
        .nodeId = m_configuration.node.id,
        .version = QStringLiteral(HUDHUD_VERSION),
        .metrics = m_metrics,
        .clock = m_clock,
        .node = m_health,
        .breakers = m_breakers,
        .nodes = [this] { return m_cluster ? m_cluster->nodes() : std::vector<ProcessingNode>(); },
        .hubs =
            [transports = m_plugins->transports()] {
                std::vector<HubStatus> hubs;
                for (Transport *transport : transports)
                    std::ranges::move(transport->hubs(), std::back_inserter(hubs));
                return hubs;
            },
        .buffer = [this] { return m_buffer->metrics(m_clock.steadyNow()); },
        .plugins = describePlugins(*m_plugins),
        .configuration =
            [this] {
                const std::scoped_lock lock(m_adminMutex);
                return m_adminConfiguration;
            }});
}

void Node::describeConfigurationAgain()
{
    std::vector<PluginMetadata> selected;
    const std::vector<PluginStatus> found = m_plugins->list();
    for (const PluginMetadata &metadata : m_plugins->knownPlugins()) {
        if (std::ranges::any_of(found, [&metadata](const PluginStatus &status) {
                return status.kind == metadata.kind && status.name == metadata.name && status.state == PluginState::Started;
            }))
            selected.push_back(metadata);
    }
    admin::ConfigurationInfo described = describeConfiguration(m_configuration, selected);
    const std::scoped_lock lock(m_adminMutex);
    m_adminConfiguration = std::move(described);
}

void Node::gatherBacklogs(std::move_only_function<void(Backlogs &&)> done)
{
    const auto gathering = std::make_shared<Gathering<Backlogs>>(Backlogs(), std::move(done));
    for (Io &io : m_io) {
        io.thread->post([gathering, worker = &io.worker] {
            if (*worker)
                gathering->add([worker](Backlogs &backlogs) { (*worker)->addBacklogs(backlogs); });
        });
    }
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_feed.h"

#include "admin/admin_json.h"
#include "signalr/hub_directory.h"

#include <QJsonDocument>

#include <utility>

namespace hudhud {

using admin::Topic;

namespace {

constexpr int JobsTold = 50;

QByteArray jsonText(const admin::NodeList &nodes)
{
    return QJsonDocument(admin::toObject(nodes)).toJson(QJsonDocument::Compact);
}

} // namespace

void AdminFeed::subscribed(Topic topic)
{
    stateOf(topic).isNew.store(true);
    stateOf(topic).subscribers.fetch_add(1);
}

void AdminFeed::unsubscribed(Topic topic)
{
    stateOf(topic).subscribers.fetch_sub(1);
}

void AdminFeed::send(Topic topic, const QByteArray &json)
{
    const admin::HubTopic &names = admin::hubTopic(topic);
    m_consoles.sendToGroup(names.name,
                           HubPush(names.push, 1, [json](HubValueWriter &writer) { writer.json(json); }));
}

void AdminFeed::sendIfChanged(Topic topic, const QByteArray &essence, const QByteArray &json)
{
    TopicState &state = stateOf(topic);
    const bool isNew = state.isNew.exchange(false);
    if (isNew || essence != state.latest)
        send(topic, json);
    state.latest = essence;
}

void AdminFeed::tick()
{
    if (isWanted(Topic::Metrics))
        send(Topic::Metrics, m_sources.overview());
    if (isWanted(Topic::Nodes))
        tellNodes();
    if (isWanted(Topic::Breakers)) {
        const QByteArray json = m_sources.breakers();
        sendIfChanged(Topic::Breakers, json, json);
    }
    if (isWanted(Topic::Connections)) {
        const QByteArray json = m_sources.connections();
        sendIfChanged(Topic::Connections, json, json);
    }
    if (isWanted(Topic::DeadLetters))
        tellDeadLetters();
    if (isWanted(Topic::Jobs))
        tellJobs();
}

/// A node's load is never the same; it is told with the next heartbeat or change.
void AdminFeed::tellNodes()
{
    admin::NodeList nodes = m_sources.nodes();
    const QByteArray json = jsonText(nodes);
    for (admin::Node &node : nodes.nodes) {
        node.load.reset();
        node.currentActiveRequests.reset();
    }
    sendIfChanged(Topic::Nodes, jsonText(nodes), json);
}

void AdminFeed::tellDeadLetters()
{
    const auto figures = m_sources.figures();
    if (!figures)
        return;
    const QByteArray json = "{\"total\":" + QByteArray::number(figures->statistics.deadLetters) + ','
        + groupsJson(figures->groups).sliced(1); // The groups' own object, without its opening brace.
    sendIfChanged(Topic::DeadLetters, json, json);
}

void AdminFeed::tellJobs()
{
    if (!m_storage || std::exchange(m_isReadingJobs, true))
        return;
    m_storage->read<std::vector<Job>>(
        [](StorageReader &reader) { return reader.jobs().list(std::nullopt, JobsTold); },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<std::vector<Job>> &jobs) {
            if (lifetime.expired())
                return;
            m_isReadingJobs = false;
            if (!jobs)
                return; // The next tick asks again.
            const QByteArray json = jobPageJson(*jobs, JobsTold + 1);
            sendIfChanged(Topic::Jobs, json, json);
        });
}

} // namespace hudhud

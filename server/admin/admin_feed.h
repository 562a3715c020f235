// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/hub_topics.h"
#include "admin-api/nodes.h"
#include "admin/store_figures.h"
#include "storage/storage_client.h"

#include <QByteArray>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace hudhud {

class HubDirectory;

/// Tells consoles what they have subscribed to: each topic is computed and written once a second at most, whoever gets
/// it, and not at all while nobody does. Thread: main, but for `subscribed`, `unsubscribed` and `isWanted` (any).
/// Ownership: `consoles` outlives it.
class AdminFeed
{
public:
    struct Sources
    {
        std::function<QByteArray()> overview;
        std::function<admin::NodeList()> nodes;
        std::function<QByteArray()> breakers;
        std::function<std::optional<StoreFigures>()> figures;
        std::function<QByteArray()> connections;
    };
    AdminFeed(HubDirectory &consoles, Sources sources) : m_consoles(consoles), m_sources(std::move(sources)) { }

    void start(StorageClient &storage) { m_storage = &storage; }
    void stop() { m_storage = nullptr; }

    /// One more console: the next tick tells how things are.
    void subscribed(admin::Topic topic);
    void unsubscribed(admin::Topic topic);
    bool isWanted(admin::Topic topic) const { return stateOf(topic).subscribers.load() > 0; }
    /// Once a second.
    void tick();

private:
    struct TopicState
    {
        std::atomic<int> subscribers{0};
        std::atomic<bool> isNew{false}; ///< Somebody has come since the last news.
        QByteArray latest; ///< What was told last; the main thread's.
    };

    TopicState &stateOf(admin::Topic topic) { return m_topics[static_cast<std::size_t>(topic)]; }
    const TopicState &stateOf(admin::Topic topic) const { return m_topics[static_cast<std::size_t>(topic)]; }
    void send(admin::Topic topic, const QByteArray &json);
    /// Sends `json` if `essence` is another one than last time.
    void sendIfChanged(admin::Topic topic, const QByteArray &essence, const QByteArray &json);
    void tellNodes();
    void tellDeadLetters();
    void tellJobs();

    HubDirectory &m_consoles;
    const Sources m_sources;
    StorageClient *m_storage = nullptr;
    bool m_isReadingJobs = false;
    std::array<TopicState, admin::HubTopics.size()> m_topics;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
};

} // namespace hudhud

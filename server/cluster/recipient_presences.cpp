// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/recipient_presences.h"

#include <utility>

namespace hudhud {

RecipientPresences::RecipientPresences(Parts parts)
    : m_parts(std::move(parts))
    , m_shared(m_parts.cache, m_parts.ownId)
{
}

void RecipientPresences::presence(const Recipient &recipient, std::move_only_function<void(RecipientPresence)> completion)
{
    const qint64 own = m_parts.directory.connectionCount(recipient);
    if (m_parts.isCacheLost())
        return completion({.connections = own, .isOfCluster = false});
    std::vector<QByteArray> others;
    const NodeSnapshot nodes = m_parts.nodes();
    for (const ProcessingNode &node : *nodes) {
        if (node.id != m_parts.ownId && node.status != NodeStatus::Offline)
            others.push_back(node.id);
    }
    if (others.empty())
        return completion({.connections = own, .isOfCluster = true});
    m_shared.lookUp({&recipient, 1}, others,
                    [own, completion = std::move(completion)](const Result<SharedPresence::Places> &places) mutable {
                        RecipientPresence presence{.connections = own, .isOfCluster = places.has_value()};
                        if (places) {
                            for (const SharedPresence::Place &place : places->front())
                                presence.connections += place.connections;
                        }
                        completion(presence);
                    });
}

} // namespace hudhud

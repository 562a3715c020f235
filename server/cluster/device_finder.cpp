// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/device_finder.h"

#include "cluster/stream_values.h"

#include <QIODevice>

#include <map>
#include <utility>

namespace hudhud {

namespace {

constexpr quint8 DeviceNewsVersion = 1;
/// Recipients in one look-up.
constexpr std::size_t LookUpBatch = 1'000;

} // namespace

DeviceFinder::DeviceFinder(Parts parts)
    : m_parts(std::move(parts))
{
}

void DeviceFinder::start()
{
    m_subscription = m_parts.cache.subscribe(
        channelOf(m_parts.ownId), [this](const QByteArray &, const QByteArray &payload) { received(payload); });
}

void DeviceFinder::stop()
{
    if (m_subscription)
        m_parts.cache.unsubscribe(*std::exchange(m_subscription, std::nullopt));
}

void DeviceFinder::connected(std::vector<Recipient> &&recipients)
{
    std::vector<QByteArray> nodes = m_parts.peers();
    if (nodes.empty() || recipients.empty())
        return;
    m_parts.presence.lookUp(recipients, nodes,
                            [this, recipients, nodes,
                             lifetime = std::weak_ptr(m_lifetime)](const Result<SharedPresence::Places> &places) {
                                if (!lifetime.expired() && places)
                                    found(recipients, nodes, *places);
                            });
}

void DeviceFinder::found(std::span<const Recipient> recipients, std::span<const QByteArray> nodes,
                         const SharedPresence::Places &places)
{
    std::vector<std::vector<Recipient>> byNode(nodes.size());
    for (std::size_t i = 0; i < recipients.size(); ++i) {
        if (places[i].empty() || m_parts.directory.connectionCount(recipients[i]) == 0)
            continue;
        for (const SharedPresence::Place &place : places[i]) {
            m_parts.recipients.add(recipients[i], nodes[place.node]);
            byNode[place.node].push_back(recipients[i]);
        }
    }
    for (std::size_t node = 0; node < nodes.size(); ++node)
        tell(nodes[node], News::IsHere, byNode[node]);
}

void DeviceFinder::disconnected(std::span<const Recipient> recipients)
{
    std::map<QByteArray, std::vector<Recipient>> byNode;
    for (const Recipient &recipient : recipients) {
        for (const QByteArray &node : m_parts.recipients.take(recipient))
            byNode[node].push_back(recipient);
    }
    for (const auto &[node, gone] : byNode)
        tell(node, News::IsGone, gone);
}

void DeviceFinder::renew()
{
    const std::vector<Recipient> known = m_parts.recipients.renewable();
    for (std::size_t first = 0; first < known.size(); first += LookUpBatch) {
        const auto part = std::span(known).subspan(first, std::min(LookUpBatch, known.size() - first));
        connected({part.begin(), part.end()});
    }
}

void DeviceFinder::tell(const QByteArray &node, News news, std::span<const Recipient> recipients)
{
    if (recipients.empty())
        return;
    QByteArray payload;
    QDataStream stream(&payload, QIODevice::WriteOnly);
    stream.setVersion(stream_values::Version);
    stream << DeviceNewsVersion << m_parts.ownId << quint8(news);
    for (const Recipient &recipient : recipients)
        stream << recipient.toByteArray();
    m_parts.cache.publish(channelOf(node), payload);
}

void DeviceFinder::received(const QByteArray &payload)
{
    QDataStream stream(payload);
    stream.setVersion(stream_values::Version);
    quint8 version = 0;
    QByteArray node;
    News news = News::IsHere;
    stream >> version >> node;
    if (version != DeviceNewsVersion || !stream_values::readEnum(stream, news, News::IsGone))
        return;
    while (!stream.atEnd()) {
        QByteArray text;
        stream >> text;
        const auto recipient = Recipient::fromString(text);
        if (!recipient || stream.status() != QDataStream::Ok)
            return;
        if (news == News::IsGone)
            m_parts.recipients.remove(*recipient, node);
        else if (m_parts.directory.connectionCount(*recipient) > 0)
            m_parts.recipients.add(*recipient, node);
    }
}

} // namespace hudhud

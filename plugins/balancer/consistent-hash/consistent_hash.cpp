// SPDX-License-Identifier: GPL-3.0-or-later
#include "consistent_hash.h"

#include "plugin-api/node_choice.h"

#include <QRandomGenerator>

#include <cmath>

namespace hudhud {

namespace {

/// FNV-1a of 64 bits: unlike qHash, the same on every machine.
quint64 hashOf(QByteArrayView bytes)
{
    quint64 hash = 0xcbf29ce484222325;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return hash;
}

/// The finaliser of SplitMix64: each bit of the sum changes half of the result's.
quint64 mixed(quint64 value)
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

} // namespace

Result<void> ConsistentHash::configure(const QJsonObject &settings, const PluginContext &)
{
    m_balanceFactor = settings.value(QLatin1String("balance_factor")).toDouble();
    return {};
}

std::optional<std::size_t> ConsistentHash::select(std::span<const ProcessingNode> nodes, QByteArrayView key)
{
    const std::vector<std::size_t> found = candidates(nodes);
    if (found.empty())
        return std::nullopt;
    if (key.isEmpty())
        return found[QRandomGenerator::global()->bounded(static_cast<quint32>(found.size()))];
    qint64 connections = 1; // With the one that is to come.
    for (const std::size_t i : found)
        connections += nodes[i].currentLoad.activeConnections;
    const double mean = static_cast<double>(connections) / static_cast<double>(found.size());
    const auto most = static_cast<qint64>(std::ceil(mean * m_balanceFactor));
    const quint64 keyHash = mixed(hashOf(key));
    std::optional<std::size_t> best;
    quint64 highest = 0;
    for (const std::size_t i : found) {
        // At least one node is below the mean.
        if (nodes[i].currentLoad.activeConnections >= most)
            continue;
        const quint64 number = mixed(keyHash + hashOf(nodes[i].id));
        if (!best || number > highest) {
            highest = number;
            best = i;
        }
    }
    return best;
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "memory_broadcasts.h"
#include "memory_groups.h"
#include "memory_store.h"
#include "plugin-api/storage.h"

#include <QObject>

namespace hudhud {

/// The memory store as a plugin. What was stored survives `stop` and `start` of the same object, not its
/// destruction.
class MemoryStorage final : public Storage
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override;
    void stop(std::chrono::milliseconds deadline) override;
    StorageConcurrency concurrency() const override;
    Result<std::unique_ptr<StorageWriter>> createWriter() override;
    Result<std::unique_ptr<StorageReader>> createReader() override;
    Result<MessageId> highestId() override;

private:
    std::unique_ptr<MemoryStore> m_store;
    std::unique_ptr<MemoryGroups> m_groups;
    std::unique_ptr<MemoryBroadcasts> m_broadcasts;
};

class MemoryStorageFactory final : public QObject, public StorageFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudStorageFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::StorageFactory)

public:
    std::unique_ptr<Storage> create() override { return std::make_unique<MemoryStorage>(); }
};

} // namespace hudhud

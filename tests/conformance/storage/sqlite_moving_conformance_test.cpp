// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage_conformance.h"

using namespace hudhud;

/// The suite with so short tails that nearly every message and key moves from memory to its table at some time.
class SqliteMovingConformanceTest : public StorageConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("sqlite"),
                           {{QStringLiteral("queue_tail"), 8}, {QStringLiteral("idempotency_tail"), 2}}, context);
    }
};

QTEST_GUILESS_MAIN(SqliteMovingConformanceTest)
#include "sqlite_moving_conformance_test.moc"

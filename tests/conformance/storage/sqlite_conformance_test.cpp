// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage_conformance.h"

using namespace hudhud;

class SqliteConformanceTest : public StorageConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("sqlite"), {}, context);
    }
};

QTEST_GUILESS_MAIN(SqliteConformanceTest)
#include "sqlite_conformance_test.moc"

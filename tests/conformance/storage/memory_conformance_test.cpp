// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage_conformance.h"

using namespace hudhud;

class MemoryConformanceTest : public StorageConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("memory"), {}, context);
    }
    bool keepsData() const override { return false; }
};

QTEST_GUILESS_MAIN(MemoryConformanceTest)
#include "memory_conformance_test.moc"

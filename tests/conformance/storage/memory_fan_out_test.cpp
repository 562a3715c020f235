// SPDX-License-Identifier: GPL-3.0-or-later
#include "fan_out_conformance.h"

using namespace hudhud;

class MemoryFanOutTest : public FanOutConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("memory"), {}, context);
    }
    bool keepsData() const override { return false; }
};

QTEST_GUILESS_MAIN(MemoryFanOutTest)
#include "memory_fan_out_test.moc"

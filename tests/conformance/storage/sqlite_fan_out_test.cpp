// SPDX-License-Identifier: GPL-3.0-or-later
#include "fan_out_conformance.h"

using namespace hudhud;

class SqliteFanOutTest : public FanOutConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("sqlite"), {}, context);
    }
};

QTEST_GUILESS_MAIN(SqliteFanOutTest)
#include "sqlite_fan_out_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "dead_letter_conformance.h"

using namespace hudhud;

class DeadLettersSqliteTest : public DeadLetterConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("sqlite"), {}, context);
    }
};

QTEST_GUILESS_MAIN(DeadLettersSqliteTest)
#include "dead_letters_sqlite_test.moc"

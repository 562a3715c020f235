// SPDX-License-Identifier: GPL-3.0-or-later
#include "dead_letter_conformance.h"

using namespace hudhud;

class DeadLettersMemoryTest : public DeadLetterConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("memory"), {}, context);
    }
    bool keepsData() const override { return false; }
};

QTEST_GUILESS_MAIN(DeadLettersMemoryTest)
#include "dead_letters_memory_test.moc"

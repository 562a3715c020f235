// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_conformance.h"

using namespace hudhud;

class MemoryAttachmentTest : public AttachmentConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("memory"), {}, context);
    }
    bool keepsData() const override { return false; }
};

QTEST_GUILESS_MAIN(MemoryAttachmentTest)
#include "memory_attachment_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_conformance.h"

using namespace hudhud;

class SqliteAttachmentTest : public AttachmentConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> createStorage(const PluginContext &context) override
    {
        return loadStorage(QStringLiteral("sqlite"), {}, context);
    }
};

QTEST_GUILESS_MAIN(SqliteAttachmentTest)
#include "sqlite_attachment_test.moc"

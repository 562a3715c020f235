// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configuration_changes.h"

#include "config/configuration_options.h"

#include <QTest>

using namespace hudhud;

class ConfigurationChangesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameIsNoChange()
    {
        const ConfigurationChanges changes
            = compareConfigurations(defaultConfiguration(), defaultConfiguration());
        QVERIFY(changes.applicable.isEmpty());
        QVERIFY(changes.needRestart.isEmpty());
    }

    void tellsWhatNeedsARestart()
    {
        const Configuration running = defaultConfiguration();
        Configuration fresh = running;
        fresh.log.level = QStringLiteral("debug");
        fresh.node.ioThreads = 3;
        fresh.endpoints["public"].maximumBodyBytes = 5;
        fresh.endpoints["extra"].listen = QStringLiteral("127.0.0.1:1");
        fresh.pluginSettings["storage.sqlite"].insert(QStringLiteral("path"), QStringLiteral("x"));
        const ConfigurationChanges changes = compareConfigurations(running, fresh);
        QCOMPARE(changes.applicable, QByteArrayList{"log.level"});
        QCOMPARE(changes.needRestart,
                 (QByteArrayList{"endpoints.extra.listen", "endpoints.public.maximum_body", "node.io_threads",
                                 "storage.sqlite.path"}));
    }

    void snapshotTakesOnlyReloadableKeys()
    {
        const Configuration running = defaultConfiguration();
        Configuration fresh = running;
        fresh.log.level = QStringLiteral("debug");
        fresh.node.ioThreads = 3;
        const Configuration next = withReloadableKeys(running, fresh);
        QCOMPARE(next.log.level, QStringLiteral("debug"));
        QCOMPARE(next.node.ioThreads, 0);
    }
};

QTEST_APPLESS_MAIN(ConfigurationChangesTest)
#include "configuration_changes_test.moc"

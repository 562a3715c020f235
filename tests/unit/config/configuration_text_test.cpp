// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configuration_text.h"

#include "config/configuration_changes.h"
#include "config/configuration_loader.h"
#include "config/configuration_options.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace hudhud;

class ConfigurationTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultTextHoldsEveryKeyAndLoadsBackUnchanged()
    {
        const QByteArray text = configurationText(defaultConfiguration());
        for (const ConfigurationOption &option : configurationOptions())
            QVERIFY2(text.contains('\n' + option.name + " = "), option.name.constData());
        QTemporaryDir directory;
        QFile file(directory.filePath(QStringLiteral("default.toml")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const auto loaded = loadConfiguration(file.fileName(), {});
        QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().front().message()));
        const ConfigurationChanges changes = compareConfigurations(defaultConfiguration(), *loaded);
        QCOMPARE(changes.applicable, QByteArrayList());
        QCOMPARE(changes.needRestart, QByteArrayList());
    }

    void shippedFileIsTheDefaultText()
    {
        QFile file(QStringLiteral(HUDHUD_SOURCE_DIR "/resources/config/hudhud.toml"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), configurationText(defaultConfiguration()));
    }

    void secretsAreMasked()
    {
        Configuration configuration = defaultConfiguration();
        configuration.jwt.secret = "0123456789abcdef0123456789abcdef";
        configuration.pluginSettings["storage.postgresql"]
            = QJsonObject{{QStringLiteral("password"), QStringLiteral("hunter2")},
                          {QStringLiteral("host"), QStringLiteral("db1")}};
        const QByteArray text = configurationText(configuration, {"storage.postgresql.password"});
        QVERIFY(!text.contains("0123456789abcdef"));
        QVERIFY(!text.contains("hunter2"));
        QVERIFY(text.contains("secret = \"***\""));
        QVERIFY(text.contains("password = \"***\""));
        QVERIFY(text.contains("host = \"db1\""));
    }
};

QTEST_APPLESS_MAIN(ConfigurationTextTest)
#include "configuration_text_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/plugin_settings.h"

#include <QTest>

using namespace hudhud;

namespace {

PluginMetadata metadata()
{
    PluginMetadata metadata;
    metadata.kind = "storage";
    metadata.name = "demo";
    metadata.description = QStringLiteral("For tests");
    const auto add
        = [&](const char *key, ValueRule rule, const QJsonValue &defaultValue, bool isRequired = false) {
              metadata.settings.push_back({.key = key,
                                           .rule = rule,
                                           .description = QStringLiteral("x"),
                                           .defaultValue = defaultValue,
                                           .isRequired = isRequired});
          };
    add("readers", {.type = ValueType::Integer, .minimum = 1, .maximum = 8}, 2);
    add("timeout", {.type = ValueType::Duration}, 5000);
    add("cache", {.type = ValueType::Size}, 1024);
    add("note", {.type = ValueType::String}, QJsonValue::Undefined);
    add("password", {.type = ValueType::String, .isSecret = true}, QJsonValue::Undefined, true);
    return metadata;
}

Configuration configuration(const QJsonObject &settings)
{
    Configuration configuration;
    configuration.pluginSettings["storage.demo"] = settings;
    for (const QString &key : settings.keys())
        configuration.origins["storage.demo." + key.toUtf8()] = QStringLiteral("/etc/hudhud.toml:7");
    return configuration;
}

const QString Password = QStringLiteral("password");

} // namespace

class PluginSettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsAreFilledIn()
    {
        const auto settings
            = checkedPluginSettings(metadata(), configuration({{Password, QStringLiteral("p")}}));
        QVERIFY(settings);
        QCOMPARE(*settings,
                 (QJsonObject{{QStringLiteral("readers"), 2},
                              {QStringLiteral("timeout"), 5000},
                              {QStringLiteral("cache"), 1024},
                              {Password, QStringLiteral("p")}}));
    }

    void valuesAreNormalized()
    {
        const auto settings
            = checkedPluginSettings(metadata(),
                                    configuration({{Password, QStringLiteral("p")},
                                                   {QStringLiteral("timeout"), QStringLiteral("1m")},
                                                   {QStringLiteral("cache"), QStringLiteral("2MiB")}}));
        QVERIFY(settings);
        QCOMPARE(settings->value(QStringLiteral("timeout")), QJsonValue(60'000));
        QCOMPARE(settings->value(QStringLiteral("cache")), QJsonValue(2 * 1024 * 1024));
    }

    void textOfTheEnvironmentIsTyped()
    {
        Configuration given = configuration(
            {{Password, QStringLiteral("7")}, {QStringLiteral("readers"), QStringLiteral("3")}});
        QVERIFY(!checkedPluginSettings(metadata(), given)); // In a file a number is no string.
        given.origins["storage.demo.readers"] = QStringLiteral("HUDHUD_STORAGE__DEMO__READERS");
        const auto settings = checkedPluginSettings(metadata(), given);
        QVERIFY(settings);
        QCOMPARE(settings->value(QStringLiteral("readers")), QJsonValue(3));
    }

    void everyFaultNamesItsPlace()
    {
        const auto settings = checkedPluginSettings(metadata(),
                                                    configuration({{QStringLiteral("readers"), 9},
                                                                   {QStringLiteral("reader"), 1},
                                                                   {QStringLiteral("timeout"), 5}}));
        QVERIFY(!settings);
        QStringList lines;
        for (const Error &error : settings.error()) {
            QVERIFY(error.code() == ErrorCode::ConfigurationInvalid);
            lines.append(error.message());
        }
        QCOMPARE(lines.size(), 4);
        QCOMPARE(
            lines[0],
            QStringLiteral("/etc/hudhud.toml:7: storage.demo.readers: must be an integer from 1 to 8, is 9"));
        QVERIFY(lines[1].contains(QStringLiteral("storage.demo.timeout: must be a duration")));
        QVERIFY(lines[2].contains(QStringLiteral("storage.demo.password: is required and has no default")));
        QVERIFY2(
            lines[3].contains(QStringLiteral("storage.demo.reader: unknown key; did you mean \"readers\"?; "
                                             "[storage.demo] has: readers, timeout")),
            qPrintable(lines[3]));
    }

    void secretsStayOut()
    {
        const auto settings = checkedPluginSettings(metadata(), configuration({{Password, 424242}}));
        QVERIFY(!settings);
        QVERIFY(!settings.error().front().message().contains(QStringLiteral("424242")));
    }

    void documentation()
    {
        const QByteArray text = defaultSettingsText(metadata());
        QVERIFY(text.contains("[storage.demo]\n"));
        QVERIFY(text.contains("# x (integer from 1 to 8)\nreaders = 2\n"));
        QVERIFY(text.contains("timeout = \"5s\"\n"));
        QVERIFY(text.contains("# password =\n"));
    }
};

QTEST_APPLESS_MAIN(PluginSettingsTest)
#include "plugin_settings_test.moc"

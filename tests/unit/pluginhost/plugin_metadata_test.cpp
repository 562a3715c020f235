// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/storage.h"
#include "pluginhost/plugin_metadata.h"

#include <QJsonDocument>
#include <QTest>

using namespace hudhud;

namespace {

QJsonValue json(const char *text)
{
    const QJsonDocument document = QJsonDocument::fromJson('[' + QByteArray(text) + ']');
    if (!document.isArray())
        qFatal("no JSON: %s", text);
    return document.array().first();
}

QJsonObject good()
{
    return json("{\"kind\": \"storage\", \"name\": \"sqlite\", \"version\": \"1.20.3\", \"apiVersion\": 1,"
                "\"description\": \"Files\", \"dependencies\": [{\"kind\": \"cache\", \"name\": \"memory\","
                "\"optional\": true}], \"settings\": {}}")
        .toObject();
}

Result<PluginMetadata> read(const QJsonObject &metadata, const char *interfaceId = HudhudStorageFactory_iid)
{
    return readPluginMetadata(
        {{QStringLiteral("IID"), QString::fromLatin1(interfaceId)}, {QStringLiteral("MetaData"), metadata}});
}

QJsonObject withSetting(const char *key, const char *setting)
{
    QJsonObject metadata = good();
    metadata.insert(QStringLiteral("settings"), QJsonObject{{QString::fromLatin1(key), json(setting)}});
    return metadata;
}

} // namespace

class PluginMetadataTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goodMetadata()
    {
        const auto metadata = read(good());
        QVERIFY2(metadata, metadata ? "" : qPrintable(metadata.error().message()));
        QCOMPARE(metadata->kind, QByteArray("storage"));
        QCOMPARE(metadata->name, QByteArray("sqlite"));
        QCOMPARE(metadata->version, QByteArray("1.20.3"));
        QCOMPARE(metadata->apiVersion, 1);
        QCOMPARE(metadata->table(), QByteArray("storage.sqlite"));
        QCOMPARE(metadata->dependencies.size(), 1U);
        QVERIFY(metadata->dependencies.front().isOptional);
    }

    void noPlugin()
    {
        QVERIFY(readPluginMetadata({}).error().message().contains(QStringLiteral("is no Qt plugin")));
        QVERIFY(read({}).error().message().contains(QStringLiteral("has no metadata")));
    }

    void everyFieldIsChecked_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("part");
        const auto row = [](const char *field, const char *value, const char *part) {
            QTest::addRow("%s=%s", field, value)
                << QString::fromLatin1(field) << (*value ? json(value) : QJsonValue(QJsonValue::Undefined))
                << QString::fromUtf8(part);
        };
        row("kind", "\"hammer\"",
            "kind must be one of storage, cache, balancer, retry, transport, is hammer");
        row("kind", "5", "kind must be one of");
        row("kind", "", "kind must be one of storage, cache, balancer, retry, transport, is missing");
        row("kind", "\"cache\"",
            "kind cache needs the interface org.hudhud.plugin.cache/1, but the library exports");
        row("name", "\"SQLite\"", "name must be 1 to 64 characters of a-z 0-9 and -, is SQLite");
        row("name", "\"\"", "name must be");
        row("name", "\"a b\"", "name must be");
        row("name", "", "is missing");
        row("version", "\"1.2\"", "version must be three numbers like 1.2.3, is 1.2");
        row("version", "1", "version must be");
        row("version", "\"1.2.3-rc1\"", "version must be");
        row("version", "", "version must be");
        row("apiVersion", "2", "apiVersion must be 1, is 2; build the plugin against");
        row("apiVersion", "\"1\"", "apiVersion must be 1");
        row("apiVersion", "1.5", "apiVersion must be 1");
        row("apiVersion", "", "apiVersion must be 1, is missing");
        row("description", "\"\"", "description must be one line");
        row("description", "\"a\\nb\"", "description must be one line");
        row("description", "", "description must be one line");
        row("dependencies", "{}", "dependencies must be a list");
        row("dependencies", "[1]", "dependencies must be objects");
        row("dependencies", "[{\"kind\": \"storage\"}]", "dependencies must be objects");
        row("dependencies", "[{\"kind\": \"nope\", \"name\": \"x\"}]", "dependencies must be objects");
        row("dependencies", "[{\"kind\": \"cache\", \"name\": \"x\", \"optional\": 1}]",
            "dependencies must be objects");
        row("dependencies", "[{\"kind\": \"cache\", \"name\": \"x\", \"other\": 1}]",
            "dependencies must be objects");
        row("settings", "[]", "settings must be an object");
        row("settings", "", "settings must be an object");
        row("descripton", "\"x\"", "unknown field descripton; did you mean \"description\"?");
    }

    void everyFieldIsChecked()
    {
        QFETCH(QString, field);
        QFETCH(QJsonValue, value);
        QFETCH(QString, part);
        QJsonObject metadata = good();
        if (value.isUndefined())
            metadata.remove(field);
        else
            metadata.insert(field, value);
        const auto result = read(metadata);
        QVERIFY(!result);
        QVERIFY(result.error().code() == ErrorCode::PluginRefused);
        QVERIFY2(result.error().message().contains(part), qPrintable(result.error().message()));
        QVERIFY(!result.error().message().contains(u'\n'));
    }

    void allFaultsAreToldAtOnce()
    {
        QJsonObject metadata = good();
        metadata.insert(QStringLiteral("apiVersion"), 9);
        metadata.insert(QStringLiteral("name"), QStringLiteral("X"));
        const QString message = read(metadata).error().message();
        QVERIFY(message.contains(QStringLiteral("apiVersion"))
                && message.contains(QStringLiteral("name must")));
    }

    void goodSettings()
    {
        const auto metadata = read(withSetting("busy_timeout",
                                               "{\"type\": \"duration\", \"default\": 5000, \"minimum\": "
                                               "\"1ms\", \"maximum\": 60000, \"description\": \"x\"}"));
        QVERIFY2(metadata, metadata ? "" : qPrintable(metadata.error().message()));
        const PluginSetting &setting = metadata->settings.front();
        QCOMPARE(setting.defaultValue, QJsonValue(5000));
        QCOMPARE(setting.rule.minimum, std::optional(1.0));
        QCOMPARE(setting.rule.maximum, std::optional(60000.0));
    }

    void settingsAreChecked_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("setting");
        QTest::addColumn<QString>("part");
        const auto row
            = [](const char *name, const char *setting, const char *part, const char *key = "size") {
                  QTest::newRow(name) << QByteArray(key) << QByteArray(setting) << QString::fromUtf8(part);
              };
        row("no object", "5", "settings.size: must be an object");
        row("key", "{\"type\": \"string\", \"description\": \"x\"}", "the key must be a-z first", "Bad-Key");
        row("no type", "{\"description\": \"x\"}", "type must be one of string, integer");
        row("type", "{\"type\": \"hours\", \"description\": \"x\"}", "type must be one of string, integer");
        row("no description", "{\"type\": \"string\"}", "description must be one line");
        row("default type", "{\"type\": \"integer\", \"default\": \"a\", \"description\": \"x\"}",
            "default must be an integer, is \"a\"");
        row("default range",
            "{\"type\": \"integer\", \"default\": 0, \"minimum\": 1, \"description\": \"x\"}",
            "default must be an integer of at least 1, is 0");
        row("default not allowed",
            "{\"type\": \"string\", \"default\": \"c\", \"allowed\": [\"a\"], \"description\": \"x\"}",
            "default must be one of a, is \"c\"");
        row("minimum of a string", "{\"type\": \"string\", \"minimum\": 1, \"description\": \"x\"}",
            "minimum is for integers");
        row("minimum type", "{\"type\": \"duration\", \"minimum\": \"x\", \"description\": \"x\"}",
            "minimum must be a duration");
        row("range", "{\"type\": \"integer\", \"minimum\": 2, \"maximum\": 1, \"description\": \"x\"}",
            "minimum is above maximum");
        row("allowed", "{\"type\": \"string\", \"allowed\": [], \"description\": \"x\"}",
            "allowed must be a list");
        row("allowed type", "{\"type\": \"string\", \"allowed\": [1], \"description\": \"x\"}",
            "allowed: each must be a string, is 1");
        row("required", "{\"type\": \"string\", \"required\": 1, \"description\": \"x\"}",
            "required must be true or false");
        row("required default",
            "{\"type\": \"string\", \"required\": true, \"default\": \"\", \"description\": \"x\"}",
            "exclude each other");
        row("secret", "{\"type\": \"string\", \"secret\": \"yes\", \"description\": \"x\"}",
            "secret must be true or false");
        row("unknown", "{\"type\": \"string\", \"defualt\": \"\", \"description\": \"x\"}",
            "unknown field defualt; did you mean \"default\"?");
    }

    void settingsAreChecked()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, setting);
        QFETCH(QString, part);
        const auto result = read(withSetting(key.constData(), setting.constData()));
        QVERIFY(!result);
        QVERIFY2(result.error().message().contains(part), qPrintable(result.error().message()));
    }
};

QTEST_APPLESS_MAIN(PluginMetadataTest)
#include "plugin_metadata_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configuration_loader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

using Loaded = std::expected<Configuration, std::vector<Error>>;

QStringList messages(const Loaded &loaded)
{
    QStringList lines;
    if (!loaded) {
        for (const Error &error : loaded.error())
            lines.append(error.message());
    }
    return lines;
}

} // namespace

class ConfigurationLoaderTest : public QObject
{
    Q_OBJECT

private:
    Loaded load(const QByteArray &toml, const QProcessEnvironment &environment = {})
    {
        QFile file(fileName());
        if (!file.open(QIODevice::WriteOnly) || file.write(toml) != toml.size())
            qFatal("cannot write %s", qPrintable(fileName()));
        file.close();
        return loadConfiguration(fileName(), environment);
    }
    QString fileName() const { return m_directory.filePath(QStringLiteral("hudhud.toml")); }

    QTemporaryDir m_directory;

private Q_SLOTS:
    void defaultsAlone()
    {
        const Loaded loaded = loadConfiguration({}, {});
        QVERIFY2(loaded, qPrintable(messages(loaded).join(u'\n')));
        QCOMPARE(loaded->node.id, QByteArray("node-1"));
        QCOMPARE(loaded->endpoints.value("public").listen, QStringLiteral("0.0.0.0:8080"));
        QCOMPARE(loaded->endpoints.value("admin").listen, QStringLiteral("127.0.0.1:8081"));
        QVERIFY(loaded->origins.isEmpty());
    }

    void everyTypeIsRead()
    {
        const Loaded loaded = load(R"(
[node]
id = "ye-1"
io_threads = 2
shutdown_deadline = "5s"
[endpoints.public]
listen = "[::1]:0"
maximum_body = "2MiB"
maximum_head = 8192
[plugins]
transports = ["rest"]
[ingest]
near_capacity = 0.5
retry_after = "2s"
[storage]
retain_delivered = "48h"
[security.jwt]
secret = "0123456789abcdef0123456789abcdef"
require_expiry = false
)");
        QVERIFY2(loaded, qPrintable(messages(loaded).join(u'\n')));
        QCOMPARE(loaded->node.id, QByteArray("ye-1"));
        QCOMPARE(loaded->node.ioThreads, 2);
        QVERIFY(loaded->node.shutdownDeadline == 5s);
        QCOMPARE(loaded->endpoints.value("public").listen, QStringLiteral("[::1]:0"));
        QCOMPARE(loaded->endpoints.value("public").maximumBodyBytes, 2LL * 1024 * 1024);
        QCOMPARE(loaded->endpoints.value("public").maximumHeadBytes, 8192LL);
        QCOMPARE(loaded->plugins.transports, QStringList{QStringLiteral("rest")});
        QCOMPARE(loaded->ingest.nearCapacity, 0.5);
        QVERIFY(loaded->ingest.retryAfter == 2s);
        QVERIFY(loaded->storage.retainDelivered == 48h);
        QCOMPARE(loaded->jwt.requireExpiry, false);
        QCOMPARE(loaded->origins.value("node.io_threads"), fileName() + QStringLiteral(":4"));
    }

    void pluginTablesStayRaw()
    {
        const Loaded loaded = load("[storage.sqlite]\npath = \"x.db\"\nreaders = 3\n[cache.memory]\n");
        QVERIFY2(loaded, qPrintable(messages(loaded).join(u'\n')));
        const QJsonObject settings = loaded->pluginSettings.value("storage.sqlite");
        QCOMPARE(settings.value(QStringLiteral("path")), QJsonValue(QStringLiteral("x.db")));
        QCOMPARE(settings.value(QStringLiteral("readers")), QJsonValue(3));
        QCOMPARE(loaded->origins.value("storage.sqlite.readers"), fileName() + QStringLiteral(":3"));
        QVERIFY(loaded->pluginSettings.contains("cache.memory"));
    }

    void environmentWins()
    {
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("HUDHUD_NODE__IO_THREADS"), QStringLiteral("7"));
        environment.insert(QStringLiteral("HUDHUD_ENDPOINTS__PUBLIC__LISTEN"), QStringLiteral("127.0.0.1:0"));
        environment.insert(QStringLiteral("HUDHUD_PLUGINS__TRANSPORTS"), QStringLiteral("rest,signalr"));
        environment.insert(QStringLiteral("HUDHUD_STORAGE__SQLITE__PATH"), QStringLiteral("/x"));
        environment.insert(QStringLiteral("HUDHUD_BALANCER__ROUND_ROBIN__A_KEY"), QStringLiteral("1"));
        environment.insert(QStringLiteral("HUDHUD_SERVICE_HOST"), QStringLiteral("10.0.0.1"));
        environment.insert(QStringLiteral("PATH"), QStringLiteral("/bin"));
        const Loaded loaded = load("[node]\nio_threads = 1\n[storage.sqlite]\npath = \"y\"\n", environment);
        QVERIFY2(loaded, qPrintable(messages(loaded).join(u'\n')));
        QCOMPARE(loaded->node.ioThreads, 7);
        QCOMPARE(loaded->endpoints.value("public").listen, QStringLiteral("127.0.0.1:0"));
        QCOMPARE(loaded->plugins.transports,
                 (QStringList{QStringLiteral("rest"), QStringLiteral("signalr")}));
        QCOMPARE(loaded->pluginSettings.value("storage.sqlite").value(QStringLiteral("path")).toString(),
                 QStringLiteral("/x"));
        QVERIFY(loaded->pluginSettings.value("balancer.round-robin").contains(QStringLiteral("a_key")));
        QCOMPARE(loaded->origins.value("node.io_threads"), QStringLiteral("HUDHUD_NODE__IO_THREADS"));
    }

    void environmentErrorsNameTheVariable()
    {
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("HUDHUD_NODE__IO_THREADS"), QStringLiteral("many"));
        environment.insert(QStringLiteral("HUDHUD_NODE__NOPE"), QStringLiteral("1"));
        environment.insert(QStringLiteral("HUDHUD_NODE_ID"), QStringLiteral("x"));
        const QStringList lines = messages(loadConfiguration({}, environment));
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[0],
                 QStringLiteral("HUDHUD_NODE__IO_THREADS: node.io_threads: must be an integer from 0 to "
                                "256, is \"many\""));
        QVERIFY(lines[1].startsWith(QStringLiteral("HUDHUD_NODE__NOPE: node.nope: unknown key")));
        QCOMPARE(lines[2],
                 QStringLiteral("HUDHUD_NODE_ID: node.id: write HUDHUD_NODE__ID, with two underscores "
                                "after each table"));
    }

    void everyFaultIsToldAtOnceWithItsPlace()
    {
        const Loaded loaded
            = load("[node]\nio_thread = 2\nid = \"a b\"\n[log]\nlevel = \"loud\"\n[nodee]\nx = 1\n"
                   "[delivery]\nack_timeout = 30\n[endpoints.public]\nlisten = \"8080\"\n");
        const QStringList lines = messages(loaded);
        const QString file = fileName();
        QCOMPARE(lines.size(), 6);
        QVERIFY2(lines[0].startsWith(file
                                     + QStringLiteral(":2: node.io_thread: unknown key; did you mean "
                                                      "\"node.io_threads\"?; [node] has: id, data_dir")),
                 qPrintable(lines[0]));
        QCOMPARE(lines[1],
                 file + QStringLiteral(":3: node.id: must be 1 to 64 characters of A-Z a-z 0-9 . _ -"));
        QCOMPARE(
            lines[2],
            file + QStringLiteral(":5: log.level: must be one of debug, info, warning, error, is \"loud\""));
        QVERIFY2(lines[3].startsWith(file + QStringLiteral(":7: nodee.x: unknown key")),
                 qPrintable(lines[3]));
        QVERIFY2(lines[4].startsWith(file + QStringLiteral(":9: delivery.ack_timeout: must be a duration")),
                 qPrintable(lines[4]));
        QVERIFY2(lines[5].startsWith(
                     file + QStringLiteral(":11: endpoints.public.listen: must be \"address:port\"")),
                 qPrintable(lines[5]));
    }

    void oneLineRefusals_data()
    {
        QTest::addColumn<QByteArray>("toml");
        QTest::addColumn<QString>("part");
        const auto row = [](const char *name, const char *toml, const char *part) {
            QTest::newRow(name) << QByteArray(toml) << QString::fromUtf8(part);
        };
        row("syntax", "[node\n", ":1: no valid TOML");
        row("twice", "[node]\nid=\"a\"\nid=\"b\"\n", ":3: no valid TOML");
        row("empty unknown table", "[nodee]\n", ":1: nodee: unknown key");
        row("table instead of value", "[node.id]\nx = 1\n", ":2: node.id.x: unknown key");
        row("value instead of table", "node = 1\n", ":1: node: unknown key");
        row("quoted dots", "\"node.id\" = \"x\"\n", ":1: node.id: unknown key");
        row("date", "[node]\nid = 2026-01-01\n", ":2: node.id: must be a string");
        row("new endpoint without listen", "[endpoints.extra]\nmaximum_connections = 5\n",
            "endpoints.extra.listen: must be");
        row("endpoint name", "[endpoints.Bad]\nlisten = \"a:1\"\n", "an endpoint's name must be of a-z");
        row("half TLS", "[endpoints.public]\ntls_key = \"k.pem\"\n",
            ":2: endpoints.public.tls_key: set both");
        row("short secret", "[security.jwt]\nsecret = \"hunter2\"\n",
            ":2: security.jwt.secret: must be at least 32");
        row("secret of another type", "[security.jwt]\nsecret = 77777\n",
            "is something else (the value is secret");
        row("secret and file",
            "[security.jwt]\nsecret = \"0123456789abcdef0123456789abcdef\"\nkey_file = \"x\"\n", "not both");
        row("secret with RS256",
            "[security.jwt]\nsecret = \"0123456789abcdef0123456789abcdef\"\nalgorithm = \"RS256\"\n",
            "RS256 has no");
        row("part of a second", "[ingest]\nretry_after = \"1500ms\"\n", "in steps of 1s");
        row("port", "[endpoints.public]\nlisten = \"0.0.0.0:65536\"\n", "must be \"address:port\"");
        row("media type", "[attachments]\nallowed_types = [\"image/*\", \"images\"]\n", "must be media types such as");
        row("public url", "[attachments]\npublic_url = \"push.example.com/\"\n", "must be like \"https://");
        row("queue below batch", "[storage]\nmaximum_queued = 5\n", ":2: storage.maximum_queued: must be at least");
        row("nested plugin setting", "[storage.sqlite.deep]\nx = 1\n",
            ":2: storage.sqlite.deep.x: unknown key");
    }

    void oneLineRefusals()
    {
        QFETCH(QByteArray, toml);
        QFETCH(QString, part);
        const QStringList lines = messages(load(toml));
        QCOMPARE(lines.size(), 1);
        QVERIFY2(lines.first().contains(part), qPrintable(lines.first()));
        QVERIFY(!lines.first().contains(u'\n'));
        QVERIFY(!lines.first().contains(QStringLiteral("hunter2")));
        QVERIFY(!lines.first().contains(QStringLiteral("77777")));
    }

    void missingAndHugeFiles()
    {
        const QStringList missing = messages(loadConfiguration(QStringLiteral("/nowhere/hudhud.toml"), {}));
        QCOMPARE(missing.size(), 1);
        QVERIFY(missing.first().startsWith(QStringLiteral("/nowhere/hudhud.toml: cannot be read")));
        const QStringList huge = messages(load(QByteArray(1024 * 1024 + 1, '#')));
        QCOMPARE(huge.size(), 1);
        QVERIFY(huge.first().contains(QStringLiteral("larger than 1MiB")));
    }
};

QTEST_APPLESS_MAIN(ConfigurationLoaderTest)
#include "configuration_loader_test.moc"

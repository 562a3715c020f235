// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/prometheus_registry.h"
#include "pluginhost/plugin_host.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

/// A plugin folder made of the fixtures of some cases.
class PluginFolder
{
public:
    explicit PluginFolder(const QStringList &cases)
    {
        for (const QString &name : cases) {
            const QDir fixtures(QStringLiteral(HUDHUD_FIXTURE_PLUGINS "/") + name);
            const QFileInfoList files = fixtures.entryInfoList(QDir::Files);
            if (files.isEmpty())
                qFatal("no fixture %s", qPrintable(name));
            for (const QFileInfo &file : files)
                QFile::link(file.absoluteFilePath(), path(file.fileName()));
        }
    }
    QString path(const QString &file = {}) const { return m_directory.filePath(file); }

private:
    QTemporaryDir m_directory;
};

Configuration configurationFor(const QString &retry, const QStringList &transports = {})
{
    Configuration configuration;
    configuration.plugins.storage = QStringLiteral("fixture");
    configuration.plugins.cache = QStringLiteral("fixture");
    configuration.plugins.retry = retry;
    configuration.plugins.transports = transports;
    return configuration;
}

Configuration goodConfiguration(const QStringList &transports = {})
{
    return configurationFor(QStringLiteral("fixture"), transports);
}

QString joined(const std::vector<Error> &errors)
{
    QStringList lines;
    for (const Error &error : errors)
        lines.append(error.message());
    return lines.join(u'\n');
}

PluginStatus statusOf(const PluginHost &host, const QByteArray &kind, const QByteArray &name)
{
    for (const PluginStatus &status : host.list()) {
        if (status.kind == kind && status.name == name)
            return status;
    }
    return {};
}

QStringList fixtureLog()
{
    return qApp->property("fixtureLog").toStringList();
}

void ignoreLogs()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral(".")));
}

} // namespace

class PluginHostTest : public QObject
{
    Q_OBJECT

private:
    PrometheusRegistry m_metrics;

    std::unique_ptr<PluginHost> makeHost(std::function<void(const Error &)> onOverrun = {})
    {
        return std::make_unique<PluginHost>(PluginHostOptions{
            .clock = &Clock::system(), .metrics = &m_metrics, .onStopOverrun = std::move(onOverrun)});
    }

private Q_SLOTS:
    void init()
    {
        qApp->setProperty("fixtureLog", QVariantList());
        qunsetenv("HUDHUD_FIXTURE_CODE_RAN");
        qunsetenv("HUDHUD_FIXTURE_RELEASE");
    }

    void wholeLife()
    {
        const PluginFolder folder({QStringLiteral("good")});
        {
            const auto host = makeHost();
            host->scan(folder.path());
            QCOMPARE(host->list().size(), 3U);
            QVERIFY(statusOf(*host, "storage", "fixture").state == PluginState::Read);
            QCOMPARE(joined(host->resolve(goodConfiguration())), QString());
            QVERIFY(statusOf(*host, "storage", "fixture").state == PluginState::Resolved);
            QVERIFY(!qEnvironmentVariableIsSet("HUDHUD_FIXTURE_CODE_RAN"));
            QVERIFY(!host->storage());
            const auto started = host->start();
            QVERIFY2(started, started ? "" : qPrintable(started.error().message()));
            QVERIFY(statusOf(*host, "retry", "fixture").state == PluginState::Started);
            QVERIFY(host->storage() && host->cache() && host->retryPolicy());
            QVERIFY(host->retryPolicy()->nextDelay(1, ErrorClass::Transient) == 1ms);
            QCOMPARE(joined(host->stop(1s)), QString());
            QVERIFY(statusOf(*host, "cache", "fixture").state == PluginState::Stopped);
            QCOMPARE(joined(host->stop(1s)), QString()); // Once more does nothing.
        }
        const QString start = QStringLiteral("start fixture");
        const QString stop = QStringLiteral("stop fixture");
        const QString destroy = QStringLiteral("destroy fixture");
        QCOMPARE(fixtureLog(),
                 (QStringList{start, start, start, stop, stop, stop, destroy, destroy, destroy}));
    }

    void settingsReachThePlugin()
    {
        const PluginFolder folder({QStringLiteral("good")});
        const auto host = makeHost();
        host->scan(folder.path());
        Configuration configuration = goodConfiguration();
        configuration.pluginSettings["retry.fixture"]
            = QJsonObject{{QStringLiteral("delay"), QStringLiteral("7s")}};
        QCOMPARE(joined(host->resolve(configuration)), QString());
        QVERIFY(host->start());
        QCOMPARE(qApp->property("fixtureSettings").toJsonObject(),
                 (QJsonObject{{QStringLiteral("delay"), 7000}, {QStringLiteral("limit"), 1024}}));
    }

    void badMetadataIsRefusedWithoutRunningCode_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("part");
        const auto row = [](const char *name, const char *part) {
            QTest::newRow(name) << QString::fromLatin1(name) << QString::fromUtf8(part);
        };
        row("wrong-kind",
            "kind storage needs the interface org.hudhud.plugin.storage/1, but the library exports "
            "org.hudhud.plugin.retry/1");
        row("wrong-api-version",
            "apiVersion must be 1, is 2; build the plugin against this server's headers");
        row("missing-api-version", "apiVersion must be 1, is missing");
        row("bad-kind", "kind must be one of storage, cache, balancer, retry, transport, is hammer");
        row("bad-name", "name must be 1 to 64 characters of a-z 0-9 and -, is Fixture_1");
        row("bad-version", "version must be three numbers like 1.2.3, is 1.2");
        row("bad-description", "description must be one line");
        row("bad-dependencies", "dependencies must be objects of kind, name and optional");
        row("bad-settings", "settings.delay: type must be one of string");
        row("unknown-field", "unknown field descripton; did you mean \"description\"?");
    }

    void badMetadataIsRefusedWithoutRunningCode()
    {
        QFETCH(QString, name);
        QFETCH(QString, part);
        const PluginFolder folder({QStringLiteral("good"), name});
        const auto host = makeHost();
        ignoreLogs();
        host->scan(folder.path());
        const QString file = folder.path(QStringLiteral("hudhud-retry-%1.so").arg(name));
        const std::vector<PluginStatus> statuses = host->list();
        const auto refused = std::ranges::find(statuses, file, &PluginStatus::file);
        QVERIFY(refused != statuses.end());
        QVERIFY(refused->state == PluginState::Failed);
        QVERIFY2(refused->error.startsWith(file + QStringLiteral(": ")), qPrintable(refused->error));
        QVERIFY2(refused->error.contains(part), qPrintable(refused->error));
        // Not selected it harms nobody; selected it stops the start, with the same line.
        QCOMPARE(joined(host->resolve(goodConfiguration())), QString());
        const QString errors = joined(host->resolve(configurationFor(name)));
        QCOMPARE(errors, QStringLiteral("defaults: plugins.retry: ") + refused->error);
        QVERIFY(!qEnvironmentVariableIsSet("HUDHUD_FIXTURE_CODE_RAN"));
    }

    void filesThatAreNoPlugins()
    {
        const PluginFolder folder({QStringLiteral("good")});
        QFile text(folder.path(QStringLiteral("hudhud-retry-text.so")));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("hello");
        text.close();
        QFile readme(folder.path(QStringLiteral("README.md")));
        QVERIFY(readme.open(QIODevice::WriteOnly));
        readme.close();
        const auto host = makeHost();
        ignoreLogs();
        host->scan(folder.path());
        QCOMPARE(host->list().size(), 4U);
        QVERIFY(joined(host->resolve(configurationFor(QStringLiteral("text"))))
                    .contains(QStringLiteral("is no Qt plugin")));
    }

    void duplicateNamesAreBothRefused()
    {
        const PluginFolder folder({QStringLiteral("good"), QStringLiteral("duplicate-name")});
        const auto host = makeHost();
        ignoreLogs();
        ignoreLogs();
        host->scan(folder.path());
        int failed = 0;
        for (const PluginStatus &status : host->list())
            failed += status.state == PluginState::Failed;
        QCOMPARE(failed, 2);
        const QString errors = joined(host->resolve(configurationFor(QStringLiteral("twin"))));
        QVERIFY2(errors.contains(QStringLiteral(
                     "several files have this kind and name (one.so, two.so); remove all but one")),
                 qPrintable(errors));
    }

    void unknownPluginsAndTables()
    {
        const PluginFolder folder({QStringLiteral("good")});
        const auto host = makeHost();
        host->scan(folder.path());
        Configuration configuration = configurationFor(QStringLiteral("fixtur"));
        configuration.origins["plugins.retry"] = QStringLiteral("/etc/hudhud.toml:3");
        configuration.pluginSettings["storage.fixtures"] = QJsonObject{{QStringLiteral("path"), 1}};
        configuration.origins["storage.fixtures.path"] = QStringLiteral("/etc/hudhud.toml:5");
        const auto errors = host->resolve(configuration);
        QCOMPARE(errors.size(), 2U);
        QCOMPARE(errors[0].message(),
                 QStringLiteral(
                     "/etc/hudhud.toml:3: plugins.retry: there is no retry plugin \"fixtur\" in %1; did you "
                     "mean \"fixture\"?; there are: fixture")
                     .arg(folder.path()));
        QVERIFY2(errors[1].message().startsWith(QStringLiteral(
                     "/etc/hudhud.toml:5: [storage.fixtures] is for a plugin that is not in ")),
                 qPrintable(errors[1].message()));
    }

    void wrongSettingsStopTheStart()
    {
        const PluginFolder folder({QStringLiteral("good")});
        const auto host = makeHost();
        host->scan(folder.path());
        Configuration configuration = goodConfiguration();
        configuration.pluginSettings["cache.fixture"]
            = QJsonObject{{QStringLiteral("delay"), QStringLiteral("0ms")}};
        configuration.origins["cache.fixture.delay"] = QStringLiteral("/etc/hudhud.toml:9");
        const QString errors = joined(host->resolve(configuration));
        QVERIFY2(
            errors.startsWith(QStringLiteral("/etc/hudhud.toml:9: cache.fixture.delay: must be a duration")),
            qPrintable(errors));
        QVERIFY(statusOf(*host, "cache", "fixture").state == PluginState::Failed);
        QVERIFY(!host->start());
        QVERIFY(!qEnvironmentVariableIsSet("HUDHUD_FIXTURE_CODE_RAN"));
    }

    void missingFolder()
    {
        const auto host = makeHost();
        host->scan(QStringLiteral("/nowhere"));
        const QString errors = joined(host->resolve(goodConfiguration()));
        QVERIFY2(errors.contains(
                     QStringLiteral("there is no storage plugin \"fixture\" in /nowhere; there are: none")),
                 qPrintable(errors));
    }

    void dependenciesStartFirstAndStopLast()
    {
        const PluginFolder folder({QStringLiteral("good"), QStringLiteral("chain")});
        const auto host = makeHost();
        host->scan(folder.path());
        QCOMPARE(
            joined(host->resolve(goodConfiguration({QStringLiteral("first"), QStringLiteral("second")}))),
            QString());
        QVERIFY(host->start());
        QCOMPARE(fixtureLog().sliced(3),
                 (QStringList{QStringLiteral("start second"), QStringLiteral("start first")}));
        QCOMPARE(host->transports().size(), 2U);
        host->stop(1s);
        QCOMPARE(fixtureLog().sliced(5, 2),
                 (QStringList{QStringLiteral("stop first"), QStringLiteral("stop second")}));
    }

    void dependenciesHaveToBeSelected()
    {
        const PluginFolder folder({QStringLiteral("good"), QStringLiteral("chain"),
                                   QStringLiteral("needs-absent"), QStringLiteral("prefers-absent")});
        const auto host = makeHost();
        host->scan(folder.path());
        QVERIFY(joined(host->resolve(goodConfiguration({QStringLiteral("first")})))
                    .endsWith(QStringLiteral(
                        "needs transport second, which is not selected; name it in [plugins]")));
        host->scan(folder.path());
        QVERIFY(joined(host->resolve(configurationFor(QStringLiteral("needs-absent"))))
                    .contains(QStringLiteral("needs transport absent, which is not in ")));
        host->scan(folder.path());
        QCOMPARE(joined(host->resolve(configurationFor(QStringLiteral("prefers-absent")))), QString());
    }

    void circlesAreNamed()
    {
        const PluginFolder folder({QStringLiteral("good"), QStringLiteral("chain")});
        const auto host = makeHost();
        host->scan(folder.path());
        const QString errors = joined(
            host->resolve(goodConfiguration({QStringLiteral("circle-a"), QStringLiteral("circle-b")})));
        QVERIFY2(
            errors.contains(QStringLiteral("transport circle-a -> transport circle-b -> transport circle-a")),
            qPrintable(errors));
        QVERIFY(!errors.contains(u'\n'));
    }

    void failureOfOneNamesTheRootCauseInItsDependents()
    {
        const PluginFolder folder({QStringLiteral("good"), QStringLiteral("chain")});
        const auto host = makeHost();
        host->scan(folder.path());
        QCOMPARE(joined(host->resolve(
                     goodConfiguration({QStringLiteral("needs-broken"), QStringLiteral("broken")}))),
                 QString());
        QVERIFY(!host->start());
        const QString error = statusOf(*host, "transport", "needs-broken").error;
        QVERIFY2(error.contains(QStringLiteral("needs transport broken, which failed: "))
                     && error.contains(QStringLiteral("start is broken")),
                 qPrintable(error));
    }

    void failuresStopWhatWasStarted_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("part");
        QTest::newRow("no object") << QStringLiteral("returns-nothing")
                                   << QStringLiteral("loading: its root object makes no retry plugin");
        QTest::newRow("configure")
            << QStringLiteral("throws-in-configure")
            << QStringLiteral("configure: an exception got out of the plugin: configure is broken");
        QTest::newRow("start throws")
            << QStringLiteral("throws-in-start")
            << QStringLiteral("start: an exception got out of the plugin: start is broken");
        QTest::newRow("start fails") << QStringLiteral("fails-in-start")
                                     << QStringLiteral("start: the disk is full; make room");
    }

    void failuresStopWhatWasStarted()
    {
        QFETCH(QString, name);
        QFETCH(QString, part);
        const PluginFolder folder({QStringLiteral("good"), name});
        const auto host = makeHost();
        host->scan(folder.path());
        QCOMPARE(joined(host->resolve(configurationFor(name))), QString());
        const auto started = host->start();
        QVERIFY(!started);
        const QString file = folder.path(QStringLiteral("hudhud-retry-%1.so").arg(name));
        QCOMPARE(started.error().message().section(QStringLiteral("): "), 0, 0),
                 QStringLiteral("retry %1 (%2").arg(name, file));
        QVERIFY2(started.error().message().contains(part), qPrintable(started.error().message()));
        QVERIFY(statusOf(*host, "retry", name.toUtf8()).state == PluginState::Failed);
        QVERIFY(statusOf(*host, "storage", "fixture").state == PluginState::Stopped);
        QCOMPARE(fixtureLog().count(QStringLiteral("stop fixture")), 2);
    }

    void exceptionInStopDoesNotKeepTheOthers()
    {
        const PluginFolder folder({QStringLiteral("good"), QStringLiteral("throws-in-stop")});
        const auto host = makeHost();
        host->scan(folder.path());
        QCOMPARE(joined(host->resolve(configurationFor(QStringLiteral("throws-in-stop")))), QString());
        QVERIFY(host->start());
        const QString errors = joined(host->stop(1s));
        QVERIFY2(errors.contains(QStringLiteral("stop: an exception of unknown type got out of the plugin")),
                 qPrintable(errors));
        QVERIFY(statusOf(*host, "storage", "fixture").state == PluginState::Stopped);
    }

    void overrunOfStopIsReportedWhileItHangs()
    {
        const PluginFolder folder({QStringLiteral("good"), QStringLiteral("never-stops")});
        QString reported;
        const auto host = makeHost([&reported](const Error &error) {
            reported = error.message();
            qputenv("HUDHUD_FIXTURE_RELEASE", "1");
        });
        host->scan(folder.path());
        QCOMPARE(joined(host->resolve(configurationFor(QStringLiteral("never-stops")))), QString());
        QVERIFY(host->start());
        const QString errors = joined(host->stop(100ms));
        QVERIFY2(reported.startsWith(QStringLiteral("retry never-stops (")), qPrintable(reported));
        QVERIFY2(reported.contains(QStringLiteral(" ms")), qPrintable(reported));
        QVERIFY2(errors.contains(QStringLiteral("stop: did not stop within")), qPrintable(errors));
        QVERIFY(statusOf(*host, "retry", "never-stops").state == PluginState::Failed);
        QVERIFY(statusOf(*host, "storage", "fixture").state == PluginState::Stopped);
    }

    void neverStoppingPluginCannotKeepTheProcess()
    {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hang-in-stop")});
        QVERIFY(child.waitForFinished(20'000));
        QCOMPARE(child.exitStatus(), QProcess::NormalExit);
        QCOMPARE(child.exitCode(), 70);
        const QByteArray output = child.readAllStandardError();
        QVERIFY2(output.contains("retry never-stops (") && output.contains("did not stop within"),
                 output.constData());
    }
};

namespace {

/// The other side of the last test: a process whose plugin hangs.
int hangInStop()
{
    const PluginFolder folder({QStringLiteral("good"), QStringLiteral("never-stops")});
    PluginHost host({.clock = &Clock::system(), .metrics = nullptr, .onStopOverrun = {}});
    host.scan(folder.path());
    if (!host.resolve(configurationFor(QStringLiteral("never-stops"))).empty() || !host.start())
        return 1;
    host.stop(100ms);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (application.arguments().contains(QStringLiteral("--hang-in-stop")))
        return hangInStop();
    PluginHostTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "plugin_host_test.moc"

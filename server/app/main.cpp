// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line.h"
#include "app/commands.h"
#include "app/node.h"
#include "app/posix_signals.h"
#include "config/configuration_loader.h"
#include "eventloop/event_dispatcher.h"
#include "logging/logging.h"

#include <QCoreApplication>

#include <cstdio>
#include <sys/resource.h>

using namespace hudhud;

namespace {

/// Exit codes as in sysexits.h.
constexpr int ExitUsage = 64;
constexpr int ExitConfiguration = 78;
constexpr int ExitFailure = 1;

void print(const Error &error) { std::fprintf(stderr, "hudhud-server: %s\n", qUtf8Printable(error.message())); }

/// Every phone is a descriptor; the soft limit is often 1,024.
void raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int serve(const Configuration &configuration, const QString &configurationFile)
{
    Node node(configuration, configurationFile);
    const PosixSignals signals;
    int exitCode = 0;
    QObject::connect(&signals, &PosixSignals::stopRequested, &node, &Node::drainAndStop);
    QObject::connect(&signals, &PosixSignals::reloadRequested, &node, &Node::reload);
    QObject::connect(&node, &Node::ready, [](const QString &publicUrl, const QString &adminUrl) {
        std::printf("hudhud-server ready public=%s admin=%s\n", qUtf8Printable(publicUrl), qUtf8Printable(adminUrl));
        std::fflush(stdout);
    });
    QObject::connect(&node, &Node::failed, &node, [&](const Error &error) {
        print(error);
        exitCode = ExitFailure;
        node.stop();
    });
    QObject::connect(&node, &Node::stopped, qApp, [&] { QCoreApplication::exit(exitCode); }, Qt::QueuedConnection);

    const std::vector<Error> errors = node.start();
    for (const Error &error : errors)
        print(error);
    return errors.empty() ? QCoreApplication::exec() : ExitConfiguration;
}

} // namespace

int main(int argc, char *argv[])
{
    PosixSignals::block();
    raiseDescriptorLimit();
    installEventDispatcher();
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("hudhud-server"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HUDHUD_VERSION));

    const auto line = parseCommandLine(QCoreApplication::arguments());
    if (!line) {
        print(line.error());
        std::fputs(qUtf8Printable(commandLineHelp()), stderr);
        return ExitUsage;
    }
    if (const auto exitCode = runWithoutConfiguration(*line))
        return *exitCode;
    const auto configuration
        = loadConfiguration(line->configurationFile, QProcessEnvironment::systemEnvironment());
    if (!configuration) {
        for (const Error &error : configuration.error())
            print(error);
        return ExitConfiguration;
    }
    applyLogOptions(configuration->log);
    if (line->command == Command::Serve)
        return serve(*configuration, line->configurationFile);
    return runCommand(*line, *configuration);
}

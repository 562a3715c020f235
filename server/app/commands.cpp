// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"

#include "config/configuration_options.h"
#include "config/configuration_text.h"
#include "metrics/prometheus_registry.h"
#include "pluginhost/plugin_host.h"
#include "security/api_key.h"
#include "security/token_creation.h"
#include "security/token_keys.h"

#include <QDir>

#include <cstdio>

namespace hudhud {

namespace {

constexpr std::chrono::milliseconds StopDeadline{5'000};

void printErrors(const std::vector<Error> &errors)
{
    for (const Error &error : errors)
        std::fprintf(stderr, "hudhud-server: %s\n", qUtf8Printable(error.message()));
}

/// A plugin host as the server makes it, without a server.
struct Host
{
    PrometheusRegistry metrics;
    PluginHost plugins{{.clock = &Clock::system(), .metrics = &metrics, .onStopOverrun = {}}};

    explicit Host(const Configuration &configuration) { plugins.scan(pluginDirectory(configuration)); }
};

int checkConfiguration(const Configuration &configuration)
{
    Host host(configuration);
    std::vector<Error> errors = host.plugins.resolve(configuration);
    if (const auto keys = TokenKeys::load(configuration.jwt); !keys)
        errors.push_back(keys.error());
    printErrors(errors);
    if (!errors.empty())
        return 1;
    std::puts("configuration is good");
    return 0;
}

int listPlugins(const Configuration &configuration)
{
    Host host(configuration);
    const std::vector<Error> errors = host.plugins.resolve(configuration);
    std::printf("%-10s %-22s %-9s %-10s %s\n", "KIND", "NAME", "VERSION", "STATE", "FILE");
    for (const PluginStatus &status : host.plugins.list()) {
        std::printf("%-10s %-22s %-9s %-10s %s\n", status.kind.isEmpty() ? "-" : status.kind.constData(),
                    status.name.isEmpty() ? "-" : status.name.constData(),
                    status.version.isEmpty() ? "-" : status.version.constData(),
                    pluginStateName(status.state).toByteArray().constData(), qUtf8Printable(status.file));
        if (!status.error.isEmpty())
            std::printf("           %s\n", qUtf8Printable(status.error));
    }
    printErrors(errors);
    return errors.empty() ? 0 : 1;
}

int printToken(const CommandLine &line, const Configuration &configuration)
{
    const TokenRequest request{.claims = line.claims,
                               .roles = {line.roles.cbegin(), line.roles.cend()},
                               .timeToLive = line.timeToLive,
                               .privateKeyFile = line.privateKeyFile};
    const auto token = createToken(configuration.jwt, request, Clock::system());
    if (!token) {
        printErrors({token.error()});
        return 1;
    }
    std::puts(token->constData());
    return 0;
}

/// Works beside a running server: the store takes several processes, and the server asks it for keys it does not know.
int printNewApiKey(const CommandLine &line, const Configuration &configuration)
{
    if (!QDir().mkpath(configuration.node.dataDirectory)) {
        printErrors({Error::invalidField(QStringLiteral("node.data_dir"), QStringLiteral("node.data_dir: cannot create %1")
                                                                       .arg(configuration.node.dataDirectory))});
        return 1;
    }
    auto key = createApiKey(line.name, {line.scopes.cbegin(), line.scopes.cend()}, std::nullopt, Clock::system());
    if (!key) {
        printErrors({key.error()});
        return 1;
    }
    key->record.account = line.account;
    key->record.messagesPerSecond = line.messagesPerSecond;
    key->record.messagesPerDay = line.messagesPerDay;
    Host host(configuration);
    if (const auto errors = host.plugins.resolve(configuration); !errors.empty()) {
        printErrors(errors);
        return 1;
    }
    if (const auto started = host.plugins.start(); !started) {
        printErrors({started.error()});
        return 1;
    }
    Result<qint64> saved = 0;
    {
        auto writer = host.plugins.storage()->createWriter();
        saved = writer ? (*writer)->saveApiKey(key->record) : Result<qint64>(std::unexpected(writer.error()));
    }
    printErrors(host.plugins.stop(StopDeadline));
    if (!saved) {
        printErrors({saved.error()});
        return 1;
    }
    std::puts(key->text.constData());
    return 0;
}

} // namespace

std::optional<int> runWithoutConfiguration(const CommandLine &line)
{
    switch (line.command) {
    case Command::ShowHelp:
        std::fputs(qUtf8Printable(commandLineHelp()), stdout);
        return 0;
    case Command::ShowVersion:
        std::puts("hudhud-server " HUDHUD_VERSION);
        return 0;
    case Command::PrintDefaultConfiguration:
        std::fputs(configurationText(defaultConfiguration()).constData(), stdout);
        return 0;
    default:
        return std::nullopt;
    }
}

int runCommand(const CommandLine &line, const Configuration &configuration)
{
    switch (line.command) {
    case Command::CheckConfiguration:
        return checkConfiguration(configuration);
    case Command::ListPlugins:
        return listPlugins(configuration);
    case Command::CreateToken:
        return printToken(line, configuration);
    case Command::CreateApiKey:
        return printNewApiKey(line, configuration);
    default:
        return 1;
    }
}

} // namespace hudhud

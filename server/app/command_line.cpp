// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line.h"

#include "config/units.h"

#include <QCommandLineParser>

namespace hudhud {

namespace {

const QCommandLineOption ConfigOption(QStringLiteral("config"), {}, QStringLiteral("file"));
const QCommandLineOption PrintDefaultOption(QStringLiteral("print-default"));
const QCommandLineOption ClaimOption(QStringLiteral("claim"), {}, QStringLiteral("name=value"));
const QCommandLineOption RoleOption(QStringLiteral("role"), {}, QStringLiteral("role"));
const QCommandLineOption TtlOption(QStringLiteral("ttl"), {}, QStringLiteral("duration"), QStringLiteral("1h"));
const QCommandLineOption PrivateKeyOption(QStringLiteral("private-key"), {}, QStringLiteral("file"));
const QCommandLineOption NameOption(QStringLiteral("name"), {}, QStringLiteral("name"));
const QCommandLineOption ScopesOption(QStringLiteral("scopes"), {}, QStringLiteral("list"), QStringLiteral("send,read"));
const QCommandLineOption AccountOption(QStringLiteral("account"), {}, QStringLiteral("number"));
const QCommandLineOption PerSecondOption(QStringLiteral("messages-per-second"), {}, QStringLiteral("count"));
const QCommandLineOption PerDayOption(QStringLiteral("messages-per-day"), {}, QStringLiteral("count"));
const QCommandLineOption HelpOption(QStringList{QStringLiteral("h"), QStringLiteral("help")});
const QCommandLineOption VersionOption(QStringList{QStringLiteral("v"), QStringLiteral("version")});

constexpr qint64 MaximumPerSecond = 1'000'000;
constexpr qint64 MaximumPerDay = 1'000'000'000'000;

std::unexpected<Error> refuse(const QString &message)
{
    return std::unexpected(Error(ErrorCode::InvalidRequest, message));
}

Result<Command> commandOf(const QCommandLineParser &parser)
{
    const QStringList words = parser.positionalArguments();
    if (parser.isSet(HelpOption))
        return Command::ShowHelp;
    if (parser.isSet(VersionOption))
        return Command::ShowVersion;
    if (words.isEmpty())
        return Command::Serve;
    if (words == QStringList{QStringLiteral("check-config")})
        return parser.isSet(PrintDefaultOption) ? Command::PrintDefaultConfiguration : Command::CheckConfiguration;
    if (words == QStringList{QStringLiteral("plugins")})
        return Command::ListPlugins;
    if (words == QStringList{QStringLiteral("token")})
        return Command::CreateToken;
    if (words == QStringList{QStringLiteral("apikey"), QStringLiteral("create")})
        return Command::CreateApiKey;
    return refuse(QStringLiteral("unknown command \"%1\"; there are check-config, plugins, token and apikey create")
                      .arg(words.join(u' ')));
}

Result<void> readTokenOptions(const QCommandLineParser &parser, CommandLine &line)
{
    const QStringList claims = parser.values(ClaimOption);
    for (const QString &claim : claims) {
        const qsizetype equals = claim.indexOf(u'=');
        if (equals < 1)
            return refuse(QStringLiteral("--claim takes name=value, not \"%1\"").arg(claim));
        line.claims.emplace_back(claim.first(equals).toUtf8(), claim.sliced(equals + 1).toUtf8());
    }
    if (line.claims.empty())
        return refuse(QStringLiteral("token needs --claim, for example --claim mobile_number=967771234567"));
    const QStringList roles = parser.values(RoleOption);
    for (const QString &role : roles)
        line.roles.append(role.toUtf8());
    line.privateKeyFile = parser.value(PrivateKeyOption);
    return {};
}

/// An optional whole number from 1 to `maximum`; 0 when it is not given.
Result<qint64> readCount(const QCommandLineParser &parser, const QCommandLineOption &option, qint64 maximum)
{
    if (!parser.isSet(option))
        return 0;
    bool isNumber = false;
    const qint64 count = parser.value(option).toLongLong(&isNumber);
    if (!isNumber || count < 1 || count > maximum)
        return refuse(QStringLiteral("--%1 takes a whole number from 1 to %2, not \"%3\"")
                          .arg(option.names().constFirst())
                          .arg(maximum)
                          .arg(parser.value(option)));
    return count;
}

Result<void> readApiKeyLimits(const QCommandLineParser &parser, CommandLine &line)
{
    if (parser.isSet(AccountOption)) {
        const auto account = Recipient::fromString(parser.value(AccountOption).toUtf8());
        if (!account)
            return refuse(QStringLiteral("--account takes a number of 7 to 15 digits, not \"%1\"")
                              .arg(parser.value(AccountOption)));
        line.account = *account;
    }
    const auto perSecond = readCount(parser, PerSecondOption, MaximumPerSecond);
    if (!perSecond)
        return std::unexpected(perSecond.error());
    const auto perDay = readCount(parser, PerDayOption, MaximumPerDay);
    if (!perDay)
        return std::unexpected(perDay.error());
    line.messagesPerSecond = static_cast<int>(*perSecond);
    line.messagesPerDay = *perDay;
    return {};
}

Result<void> readApiKeyOptions(const QCommandLineParser &parser, CommandLine &line)
{
    line.name = parser.value(NameOption).toUtf8();
    if (line.name.isEmpty())
        return refuse(QStringLiteral("apikey create needs --name, for example --name shop"));
    const QStringList scopes = parser.value(ScopesOption).split(u',', Qt::SkipEmptyParts);
    for (const QString &scope : scopes) {
        if (scope != QLatin1StringView("send") && scope != QLatin1StringView("read"))
            return refuse(QStringLiteral("--scopes takes send and read, separated by a comma, not \"%1\"").arg(scope));
        line.scopes.append(scope.toUtf8());
    }
    if (line.scopes.isEmpty())
        return refuse(QStringLiteral("--scopes needs at least one of send and read"));
    return readApiKeyLimits(parser, line);
}

} // namespace

Result<CommandLine> parseCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.addOptions({ConfigOption, PrintDefaultOption, ClaimOption, RoleOption, TtlOption, PrivateKeyOption, NameOption, ScopesOption,
                       AccountOption, PerSecondOption, PerDayOption, HelpOption, VersionOption});
    if (!parser.parse(arguments))
        return refuse(parser.errorText());
    const Result<Command> command = commandOf(parser);
    if (!command)
        return std::unexpected(command.error());

    CommandLine line;
    line.command = *command;
    line.configurationFile = parser.value(ConfigOption);
    const auto timeToLive = parseDuration(parser.value(TtlOption).toUtf8());
    if (!timeToLive || *timeToLive < std::chrono::seconds(1))
        return refuse(QStringLiteral("--ttl takes a duration of at least 1s like 90s, 30m or 24h, not \"%1\"")
                          .arg(parser.value(TtlOption)));
    line.timeToLive = std::chrono::duration_cast<std::chrono::seconds>(*timeToLive);

    Result<void> options;
    if (line.command == Command::CreateToken)
        options = readTokenOptions(parser, line);
    else if (line.command == Command::CreateApiKey)
        options = readApiKeyOptions(parser, line);
    if (!options)
        return std::unexpected(options.error());
    return line;
}

QString commandLineHelp()
{
    return QStringLiteral(
        "Usage: hudhud-server [--config FILE] [COMMAND]\n"
        "\n"
        "Without a command it serves until SIGTERM; SIGHUP reloads what can be reloaded.\n"
        "\n"
        "Commands:\n"
        "  check-config                  check the configuration and every plugin's settings\n"
        "  check-config --print-default  print every key with its default and meaning\n"
        "  plugins                       list the plugins that were found and their state\n"
        "  token --claim NAME=VALUE [--role ROLE] [--ttl 1h] [--private-key FILE]\n"
        "                                make a token, e.g. --claim mobile_number=967771234567\n"
        "                                or for operators --role operator --claim sub=amal\n"
        "  apikey create --name NAME [--scopes send,read] [--account NUMBER]\n"
        "                [--messages-per-second COUNT] [--messages-per-day COUNT]\n"
        "                                make an API key; it is shown once and stored as a hash; --account is\n"
        "                                the only sender its messages may name\n");
}

} // namespace hudhud

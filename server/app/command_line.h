// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/recipient.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <utility>
#include <vector>

namespace hudhud {

enum class Command {
    Serve,
    CheckConfiguration,
    PrintDefaultConfiguration,
    ListPlugins,
    CreateToken,
    CreateApiKey,
    ShowHelp,
    ShowVersion,
};

/// What the user asked for.
struct CommandLine
{
    Command command = Command::Serve;
    QString configurationFile; ///< Empty: the built-in defaults and the environment.
    std::vector<std::pair<QByteArray, QByteArray>> claims; ///< token: --claim name=value.
    QList<QByteArray> roles;                               ///< token: --role.
    std::chrono::seconds timeToLive{3600};                 ///< token: --ttl.
    QString privateKeyFile;                                ///< token: --private-key, for RS256.
    QByteArray name;                                       ///< apikey create: --name.
    QList<QByteArray> scopes;                              ///< apikey create: --scopes.
    Recipient account;                                     ///< apikey create: --account; null: none.
    int messagesPerSecond = 0;                             ///< apikey create; 0: as configured.
    qint64 messagesPerDay = 0;                             ///< apikey create; 0: as configured.
};

/// `arguments` as QCoreApplication gives them, the program's name first. Errors: InvalidRequest, one line that says what
/// is wrong and what is allowed.
Result<CommandLine> parseCommandLine(const QStringList &arguments);

QString commandLineHelp();

} // namespace hudhud

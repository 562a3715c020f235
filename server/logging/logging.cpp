// SPDX-License-Identifier: GPL-3.0-or-later
#include "logging/logging.h"

#include "logging/log_line.h"

#include <QLoggingCategory>

#include <atomic>
#include <cerrno>
#include <mutex>

#include <unistd.h>

namespace hudhud {

namespace {

std::atomic<LogFormat> activeFormat{LogFormat::Human};
std::mutex outputMutex; ///< Keeps long lines whole: a write to a pipe may end in the middle.

void writeLine(const QByteArray &line)
{
    const std::scoped_lock lock(outputMutex);
    qsizetype done = 0;
    while (done < line.size()) {
        const ssize_t written
            = ::write(STDERR_FILENO, line.constData() + done, static_cast<std::size_t>(line.size() - done));
        if (written < 0 && errno != EINTR)
            return; // There is nowhere left to complain.
        done += std::max<ssize_t>(written, 0);
    }
}

void handleMessage(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    writeLine(formatLogLine(activeFormat.load(std::memory_order_relaxed), Clock::system().now(), type,
                            context.category, text));
}

LogFormat formatOf(const QString &name)
{
    if (name == QLatin1String("json"))
        return LogFormat::Json;
    if (name == QLatin1String("human"))
        return LogFormat::Human;
    return isatty(STDERR_FILENO) == 1 ? LogFormat::Human : LogFormat::Json;
}

/// Rules for Qt's categories; debug lines of Qt itself stay off. Critical lines are never switched off.
QString rulesOf(const QString &level)
{
    QString rules = QStringLiteral("*.debug=false\n");
    if (level == QLatin1String("debug"))
        return rules + QStringLiteral("hudhud.*.debug=true\ndefault.debug=true\n");
    if (level != QLatin1String("info"))
        rules += QStringLiteral("*.info=false\n");
    if (level == QLatin1String("error"))
        rules += QStringLiteral("*.warning=false\n");
    return rules;
}

} // namespace

void applyLogOptions(const LogOptions &options)
{
    activeFormat.store(formatOf(options.format), std::memory_order_relaxed);
    QLoggingCategory::setFilterRules(rulesOf(options.level));
    qInstallMessageHandler(handleMessage);
}

} // namespace hudhud

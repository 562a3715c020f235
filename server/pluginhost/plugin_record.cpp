// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/plugin_record.h"

#include "pluginhost/overrun_watchdog.h"
#include "pluginhost/plugin_kinds.h"

#include <array>
#include <exception>

namespace hudhud {

using namespace std::chrono_literals;

QByteArrayView pluginStateName(PluginState state)
{
    constexpr std::array<QByteArrayView, 7> Names{"read",    "resolved", "loaded", "configured",
                                                  "started", "stopped",  "failed"};
    return Names.at(static_cast<std::size_t>(state));
}

PluginRecord::PluginRecord(const QString &file)
    : m_file(file)
    , m_loader(file)
{
    // All symbols at once: a missing one is an error while loading, not a crash in the middle of work.
    m_loader.setLoadHints(QLibrary::ResolveAllSymbolsHint | QLibrary::PreventUnloadHint);
    Result<PluginMetadata> metadata = readPluginMetadata(m_loader.metaData());
    if (metadata)
        m_metadata = *std::move(metadata);
    else
        fail(metadata.error().message());
}

QString PluginRecord::label() const
{
    if (!m_metadata)
        return m_file;
    return QStringLiteral("%1 %2 (%3)")
        .arg(QString::fromUtf8(m_metadata->kind), QString::fromUtf8(m_metadata->name), m_file);
}

void PluginRecord::resolve(const QJsonObject &settings)
{
    m_settings = settings;
    m_state = PluginState::Resolved;
}

Result<void> PluginRecord::load()
{
    return call("loading", PluginState::Loaded, [this]() -> Result<void> {
        const auto refused
            = [](const QString &text) { return std::unexpected(Error(ErrorCode::PluginRefused, text)); };
        QObject *root = m_loader.instance();
        if (!root)
            return refused(m_loader.errorString()
                           + QStringLiteral("; build it against this server's Qt and headers"));
        m_plugin = findPluginKind(m_metadata->kind)->create(root);
        if (!m_plugin)
            return refused(
                QStringLiteral("its root object makes no %1 plugin; list the factory in Q_INTERFACES")
                    .arg(QString::fromUtf8(m_metadata->kind)));
        return {};
    });
}

Result<void> PluginRecord::configure(const PluginContext &context)
{
    m_context = context;
    return call("configure", PluginState::Configured,
                [this] { return m_plugin->configure(m_settings, m_context); });
}

Result<void> PluginRecord::start()
{
    return call("start", PluginState::Started, [this] { return m_plugin->start(); });
}

Result<void> PluginRecord::stop(std::chrono::milliseconds deadline,
                                const std::function<void(const Error &)> &onOverrun)
{
    constexpr auto Grace = 500ms;
    const QString overrun = QStringLiteral("did not stop within %1 ms").arg(deadline.count());
    return call("stop", PluginState::Stopped, [&]() -> Result<void> {
        const auto begin = std::chrono::steady_clock::now();
        {
            const OverrunWatchdog watchdog(deadline + Grace, [&onOverrun, text = label() + u' ' + overrun] {
                onOverrun(Error(ErrorCode::Timeout, text));
            });
            m_plugin->stop(deadline);
        }
        if (std::chrono::steady_clock::now() - begin > deadline + Grace)
            return std::unexpected(Error(ErrorCode::Timeout, overrun));
        return {};
    });
}

Error PluginRecord::fail(const QString &problem, ErrorCode code)
{
    m_state = PluginState::Failed;
    m_error = Error(code, label() + QStringLiteral(": ") + problem);
    return *m_error;
}

Result<void> PluginRecord::call(const char *step, PluginState next,
                                const std::function<Result<void>()> &function)
{
    const QString prefix = QString::fromLatin1(step) + QStringLiteral(": ");
    try {
        const Result<void> result = function();
        if (!result)
            return std::unexpected(fail(prefix + result.error().message(), result.error().code()));
        m_state = next;
        return {};
    } catch (const std::exception &exception) {
        return std::unexpected(fail(prefix + QStringLiteral("an exception got out of the plugin: ")
                                    + QString::fromUtf8(exception.what())));
    } catch (...) {
        return std::unexpected(
            fail(prefix + QStringLiteral("an exception of unknown type got out of the plugin")));
    }
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configuration_loader.h"

#include "config/configuration_options.h"
#include "config/toml_document.h"

#include <QFile>
#include <QRegularExpression>

#include <algorithm>

namespace hudhud {

namespace {

constexpr qint64 MaximumFileBytes = 1024 * 1024;

/// The keys that may stand in `section`, with the section in front.
QStringList keysOfSection(const QByteArray &section)
{
    const QByteArray pattern = endpointOfSection(section).isEmpty() ? section : EndpointSection.toByteArray();
    QStringList keys;
    for (const ConfigurationOption &option : configurationOptions()) {
        if (option.section == pattern)
            keys.append(QString::fromUtf8(section + '.' + option.name));
    }
    return keys;
}

QStringList allKeys(const Configuration &configuration)
{
    QStringList keys;
    for (const char *section : {"node", "plugins", "ingest", "storage", "delivery", "security.jwt", "log"})
        keys += keysOfSection(section);
    for (const QByteArray &endpoint : configuration.endpoints.keys())
        keys += keysOfSection("endpoints." + endpoint);
    return keys;
}

bool isName(const QByteArray &text)
{
    static const QRegularExpression pattern(QStringLiteral("\\A[a-z0-9-]{1,64}\\z"));
    return pattern.match(QString::fromUtf8(text)).hasMatch();
}

/// Applies one key after the other to a configuration and gathers what is wrong with them.
class ConfigurationBuilder
{
public:
    void readFile(const QString &fileName);
    void readEnvironment(const QProcessEnvironment &environment);
    void checkWhole();

    std::expected<Configuration, std::vector<Error>> result() &&
    {
        if (!m_errors.empty())
            return std::unexpected(std::move(m_errors));
        return std::move(m_configuration);
    }

private:
    void apply(const TomlEntry &entry, const QString &origin, bool isText);
    void applyOption(const ConfigurationOption &option, const QByteArray &section, const QJsonValue &value,
                     const QString &origin);
    void applyPluginSetting(const TomlEntry &entry, const QString &origin);
    void applyTable(const QByteArrayList &path, const QString &origin);
    void refuseUnknown(const QByteArrayList &path, const QString &origin);
    void refuse(const QString &origin, const QByteArray &key, const QString &problem);
    /// Where `key` was set, or "defaults".
    QString originOf(const QByteArray &key) const;

    Configuration m_configuration = defaultConfiguration();
    std::vector<Error> m_errors;
};

void ConfigurationBuilder::readFile(const QString &fileName)
{
    const auto refuseFile = [&](const QString &problem) {
        m_errors.emplace_back(ErrorCode::ConfigurationInvalid, fileName + QStringLiteral(": ") + problem);
    };
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly))
        return refuseFile(QStringLiteral("cannot be read: ") + file.errorString());
    const QByteArray text = file.read(MaximumFileBytes + 1);
    if (text.size() > MaximumFileBytes)
        return refuseFile(QStringLiteral("is larger than 1MiB, which no configuration is"));
    const Result<std::vector<TomlEntry>> entries = parseToml(text, fileName);
    if (!entries) {
        m_errors.push_back(entries.error());
        return;
    }
    for (const TomlEntry &entry : *entries)
        apply(entry, fileName + u':' + QString::number(entry.line), false);
}

void ConfigurationBuilder::readEnvironment(const QProcessEnvironment &environment)
{
    const QString prefix = QStringLiteral("HUDHUD_");
    QStringList names = environment.keys();
    names.sort(); // Errors come in the same order every time.
    QStringList misspelt;
    for (const QString &name : names) {
        if (!name.startsWith(prefix))
            continue;
        const QByteArray rest = name.sliced(prefix.size()).toLower().toUtf8();
        if (!rest.contains("__")) {
            misspelt.append(name);
            continue;
        }
        QByteArrayList path;
        for (const QString &part : QString::fromUtf8(rest).split(QStringLiteral("__")))
            path.append(part.toUtf8());
        // Names of endpoints and plugins have hyphens, which variables cannot have.
        if (path.size() == 3 && path.first() != "security")
            path[1].replace('_', '-');
        apply({.path = path, .value = environment.value(name), .line = 0, .isTable = false}, name, true);
    }
    // Kubernetes adds variables like HUDHUD_SERVICE_HOST of its own, so only near misses are refused.
    for (const QString &name : misspelt) {
        for (const QString &key : allKeys(m_configuration)) {
            const QString meant = prefix + QString(key).replace(u'.', QStringLiteral("__")).toUpper();
            if (QString(meant).replace(QStringLiteral("__"), QStringLiteral("_")) == name)
                refuse(name, key.toUtf8(),
                       QStringLiteral("write %1, with two underscores after each table").arg(meant));
        }
    }
}

void ConfigurationBuilder::apply(const TomlEntry &entry, const QString &origin, bool isText)
{
    const QByteArrayList sectionPath = entry.path.sliced(0, entry.path.size() - 1);
    const QByteArray section = sectionPath.join('.');
    if (entry.isTable)
        return applyTable(entry.path, origin);
    const bool hasDots
        = std::ranges::any_of(entry.path, [](const QByteArray &part) { return part.contains('.'); });
    const ConfigurationOption *option
        = hasDots ? nullptr : findConfigurationOption(section, entry.path.last());
    if (option) {
        const QByteArray endpoint = endpointOfSection(section);
        if (!endpoint.isEmpty() && !isName(endpoint))
            return refuse(origin, section, QStringLiteral("an endpoint's name must be of a-z 0-9 and -"));
        return applyOption(*option, section,
                           isText ? valueFromText(option->rule.type, entry.value.toString()) : entry.value,
                           origin);
    }
    const bool isPluginTable
        = entry.path.size() == 3 && pluginKinds().contains(QString::fromUtf8(entry.path.first()));
    if (isPluginTable && isName(entry.path[1]))
        return applyPluginSetting(entry, origin);
    refuseUnknown(entry.path, origin);
}

void ConfigurationBuilder::applyOption(const ConfigurationOption &option, const QByteArray &section,
                                       const QJsonValue &value, const QString &origin)
{
    const QByteArray key = section + '.' + option.name;
    const std::expected<QJsonValue, QString> normalized = checkedValue(option.rule, value);
    if (!normalized)
        return refuse(origin, key, normalized.error());
    option.assign(m_configuration, endpointOfSection(section), *normalized);
    m_configuration.origins[key] = origin;
}

void ConfigurationBuilder::applyPluginSetting(const TomlEntry &entry, const QString &origin)
{
    const QByteArray table = entry.path[0] + '.' + entry.path[1];
    m_configuration.pluginSettings[table].insert(QString::fromUtf8(entry.path[2]), entry.value);
    m_configuration.origins[table + '.' + entry.path[2]] = origin;
}

void ConfigurationBuilder::applyTable(const QByteArrayList &path, const QString &origin)
{
    const QByteArray name = path.join('.');
    const bool isPluginTable = path.size() == 2 && pluginKinds().contains(QString::fromUtf8(path.first()));
    if (isPluginTable && isName(path.last()))
        m_configuration.pluginSettings[name];
    else if (!endpointOfSection(name).isEmpty() && isName(endpointOfSection(name)))
        m_configuration.endpoints[endpointOfSection(name)];
    else if (keysOfSection(name).isEmpty() && name != "endpoints" && name != "security")
        refuseUnknown(path, origin);
}

void ConfigurationBuilder::refuseUnknown(const QByteArrayList &path, const QString &origin)
{
    const QByteArray key = path.join('.');
    const QByteArray section = path.sliced(0, path.size() - 1).join('.');
    QStringList siblings = keysOfSection(section);
    const QString hint = suggestion(QString::fromUtf8(key), allKeys(m_configuration));
    if (!siblings.isEmpty()) {
        for (QString &sibling : siblings)
            sibling.remove(0, section.size() + 1);
        return refuse(origin, key,
                      QStringLiteral("unknown key%1; [%2] has: %3")
                          .arg(hint, QString::fromUtf8(section), siblings.join(QStringLiteral(", "))));
    }
    refuse(origin, key,
           QStringLiteral(
               "unknown key%1; the tables are [node], [endpoints.<name>], [plugins], [ingest], [storage], "
               "[delivery], [security.jwt], [log], and [<kind>.<plugin>] with the kinds %2")
               .arg(hint, pluginKinds().join(QStringLiteral(", "))));
}

void ConfigurationBuilder::refuse(const QString &origin, const QByteArray &key, const QString &problem)
{
    m_errors.emplace_back(ErrorCode::ConfigurationInvalid,
                          QStringLiteral("%1: %2: %3").arg(origin, QString::fromUtf8(key), problem));
}

QString ConfigurationBuilder::originOf(const QByteArray &key) const
{
    return m_configuration.origins.value(key, QStringLiteral("defaults"));
}

/// What no single key can tell.
void ConfigurationBuilder::checkWhole()
{
    QByteArrayList names = m_configuration.endpoints.keys();
    std::ranges::sort(names);
    for (const QByteArray &name : names) {
        const EndpointOptions &endpoint = m_configuration.endpoints[name];
        const QByteArray section = "endpoints." + name;
        if (endpoint.listen.isEmpty())
            refuse(originOf(section + ".listen"), section + ".listen",
                   QStringLiteral("must be set to \"address:port\": this endpoint has no default"));
        if (endpoint.tlsCertificate.isEmpty() != endpoint.tlsKey.isEmpty()) {
            const QByteArray given = section + (endpoint.tlsKey.isEmpty() ? ".tls_certificate" : ".tls_key");
            refuse(originOf(given), given,
                   QStringLiteral("set both tls_certificate and tls_key, or neither for no TLS"));
        }
    }
    const JwtOptions &jwt = m_configuration.jwt;
    if (jwt.algorithm == "RS256" && !jwt.secret.isEmpty())
        refuse(
            originOf("security.jwt.secret"), "security.jwt.secret",
            QStringLiteral("RS256 has no secret: set key_file to the PEM public key, or algorithm to HS256"));
    if (!jwt.secret.isEmpty() && !jwt.keyFile.isEmpty())
        refuse(originOf("security.jwt.key_file"), "security.jwt.key_file",
               QStringLiteral("set either secret or key_file, not both"));
    if (m_configuration.storage.maximumQueued < m_configuration.storage.maximumBatch)
        refuse(originOf("storage.maximum_queued"), "storage.maximum_queued",
               QStringLiteral("must be at least storage.maximum_batch (%1)")
                   .arg(m_configuration.storage.maximumBatch));
}

} // namespace

std::expected<Configuration, std::vector<Error>> loadConfiguration(const QString &file,
                                                                   const QProcessEnvironment &environment)
{
    ConfigurationBuilder builder;
    if (!file.isEmpty())
        builder.readFile(file);
    builder.readEnvironment(environment);
    builder.checkWhole();
    return std::move(builder).result();
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/configuration_text.h"

#include "config/configuration_options.h"

#include <QJsonDocument>

#include <algorithm>

namespace hudhud {

namespace {

const QString Mask = QStringLiteral("***");

/// Sections in the order of the table, endpoints by name.
QByteArrayList sectionsOf(const Configuration &configuration)
{
    QByteArrayList sections;
    for (const ConfigurationOption &option : configurationOptions()) {
        if (option.section != EndpointSection) {
            if (!sections.contains(option.section))
                sections.append(option.section);
            continue;
        }
        QByteArrayList names = configuration.endpoints.keys();
        std::ranges::sort(names, std::greater<>()); // "public" before "admin".
        for (const QByteArray &name : names) {
            if (!sections.contains("endpoints." + name))
                sections.append("endpoints." + name);
        }
    }
    return sections;
}

QByteArray sectionText(const Configuration &configuration, const QByteArray &section)
{
    QByteArray text = "\n[" + section + "]\n";
    const QByteArray endpoint = endpointOfSection(section);
    for (const ConfigurationOption &option : configurationOptions()) {
        if (option.section == section || (option.section == EndpointSection && !endpoint.isEmpty()))
            text += keyText(option.name, option.description, option.rule,
                            option.value(configuration, endpoint));
    }
    return text;
}

QByteArray settingsText(const QByteArray &table, const QJsonObject &settings, const QSet<QByteArray> &secrets)
{
    QByteArray text = "\n[" + table + "]\n";
    for (auto setting = settings.begin(); setting != settings.end(); ++setting) {
        const QByteArray name = setting.key().toUtf8();
        const QJsonValue value = secrets.contains(table + '.' + name) ? QJsonValue(Mask) : setting.value();
        const QByteArray json = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
        text += name + " = " + json.sliced(1, json.size() - 2) + '\n';
    }
    return text;
}

} // namespace

QByteArray keyText(const QByteArray &name, const QString &description, const ValueRule &rule,
                   const QJsonValue &normalized)
{
    const bool isMasked = rule.isSecret && !normalized.toString().isEmpty();
    const QString value = valueText(rule, isMasked ? QJsonValue(Mask) : normalized);
    return QStringLiteral("# %1 (%2)\n%3 = %4\n")
        .arg(description, limitsText(rule), QString::fromUtf8(name), value)
        .toUtf8();
}

QByteArray configurationText(const Configuration &configuration, const QSet<QByteArray> &secretSettings)
{
    QByteArray text
        = "# Hudhud. Every key can be set by an environment variable too: node.io_threads by\n"
          "# HUDHUD_NODE__IO_THREADS. Each plugin has a table of its own, such as [storage.sqlite].\n";
    for (const QByteArray &section : sectionsOf(configuration))
        text += sectionText(configuration, section);
    QByteArrayList tables = configuration.pluginSettings.keys();
    std::ranges::sort(tables);
    for (const QByteArray &table : tables)
        text += settingsText(table, configuration.pluginSettings[table], secretSettings);
    return text;
}

} // namespace hudhud

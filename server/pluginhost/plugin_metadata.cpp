// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/plugin_metadata.h"

#include "config/configuration_options.h"
#include "pluginhost/plugin_kinds.h"
#include "pluginhost/setting_metadata.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <array>

namespace hudhud {

namespace {

constexpr qsizetype LongestDescription = 500;
constexpr qsizetype MostDependencies = 32;
constexpr qsizetype MostSettings = 200;

QString shown(const QJsonValue &value)
{
    return value.isUndefined() ? QStringLiteral("missing") : value.toVariant().toString().left(60);
}

bool matches(const QJsonValue &value, const QString &pattern)
{
    return value.isString()
        && QRegularExpression(QRegularExpression::anchoredPattern(pattern))
               .match(value.toString())
               .hasMatch();
}

const QString NamePattern = QStringLiteral("[a-z0-9-]{1,64}");

// One function per field: reads the value into the metadata, or tells what is wrong with it.
using Problem = std::optional<QString>;

Problem readKind(const QJsonValue &value, PluginMetadata &metadata)
{
    if (!pluginKinds().contains(value.toString()))
        return QStringLiteral("kind must be one of %1, is %2")
            .arg(pluginKinds().join(QStringLiteral(", ")), shown(value));
    metadata.kind = value.toString().toUtf8();
    return std::nullopt;
}

Problem readName(const QJsonValue &value, PluginMetadata &metadata)
{
    if (!matches(value, NamePattern))
        return QStringLiteral("name must be 1 to 64 characters of a-z 0-9 and -, is %1").arg(shown(value));
    metadata.name = value.toString().toUtf8();
    return std::nullopt;
}

Problem readVersion(const QJsonValue &value, PluginMetadata &metadata)
{
    if (!matches(value, QStringLiteral("\\d{1,6}\\.\\d{1,6}\\.\\d{1,6}")))
        return QStringLiteral("version must be three numbers like 1.2.3, is %1").arg(shown(value));
    metadata.version = value.toString().toUtf8();
    return std::nullopt;
}

Problem readApiVersion(const QJsonValue &value, PluginMetadata &metadata)
{
    if (!value.isDouble() || value.toInteger(-1) != PluginApiVersion)
        return QStringLiteral("apiVersion must be %1, is %2; build the plugin against this server's headers")
            .arg(PluginApiVersion)
            .arg(shown(value));
    metadata.apiVersion = PluginApiVersion;
    return std::nullopt;
}

Problem readDescription(const QJsonValue &value, PluginMetadata &metadata)
{
    const QString text = value.toString();
    if (!value.isString() || text.trimmed().isEmpty() || text.size() > LongestDescription
        || text.contains(u'\n'))
        return QStringLiteral("description must be one line of 1 to %1 characters").arg(LongestDescription);
    metadata.description = text;
    return std::nullopt;
}

Problem readDependency(const QJsonValue &value, PluginMetadata &metadata)
{
    const QJsonObject object = value.toObject();
    const QJsonValue kind = object.value(QLatin1String("kind"));
    const QJsonValue name = object.value(QLatin1String("name"));
    const QJsonValue optional = object.value(QLatin1String("optional"));
    const bool isOptionalValid = optional.isUndefined() || optional.isBool();
    const qsizetype known = 2 + !optional.isUndefined();
    if (!pluginKinds().contains(kind.toString()) || !matches(name, NamePattern) || !isOptionalValid
        || object.size() != known)
        return QStringLiteral("dependencies must be objects of kind, name and optional (true or false)");
    metadata.dependencies.push_back({.kind = kind.toString().toUtf8(),
                                     .name = name.toString().toUtf8(),
                                     .isOptional = optional.toBool()});
    return std::nullopt;
}

Problem readDependencies(const QJsonValue &value, PluginMetadata &metadata)
{
    if (value.isUndefined())
        return std::nullopt;
    const QJsonArray items = value.toArray();
    if (!value.isArray() || items.size() > MostDependencies)
        return QStringLiteral("dependencies must be a list of at most %1 objects").arg(MostDependencies);
    for (const QJsonValue &item : items) {
        if (const Problem problem = readDependency(item, metadata))
            return problem;
    }
    return std::nullopt;
}

Problem readSettings(const QJsonValue &value, PluginMetadata &metadata)
{
    const QJsonObject object = value.toObject();
    if (!value.isObject() || object.size() > MostSettings)
        return QStringLiteral("settings must be an object of at most %1 keys; {} for none").arg(MostSettings);
    QStringList problems;
    for (auto item = object.begin(); item != object.end(); ++item) {
        std::expected<PluginSetting, QString> setting = readPluginSetting(item.key(), item.value());
        if (setting)
            metadata.settings.push_back(*std::move(setting));
        else
            problems.append(QStringLiteral("settings.%1: %2").arg(item.key(), setting.error()));
    }
    return problems.isEmpty() ? std::nullopt : Problem(problems.join(QStringLiteral("; ")));
}

struct FieldCheck
{
    const char *field;
    Problem (*read)(const QJsonValue &value, PluginMetadata &metadata);
};

constexpr std::array FieldChecks{
    FieldCheck{"kind", readKind},
    FieldCheck{"name", readName},
    FieldCheck{"version", readVersion},
    FieldCheck{"apiVersion", readApiVersion},
    FieldCheck{"description", readDescription},
    FieldCheck{"dependencies", readDependencies},
    FieldCheck{"settings", readSettings},
};

Problem unknownFields(const QJsonObject &object)
{
    QStringList known;
    for (const FieldCheck &check : FieldChecks)
        known.append(QString::fromLatin1(check.field));
    for (const QString &key : object.keys()) {
        if (!known.contains(key))
            return QStringLiteral("unknown field %1%2").arg(key, suggestion(key, known));
    }
    return std::nullopt;
}

/// The interface id carries kind and major version; the metadata has to say the same.
Problem checkInterface(const QString &interfaceId, const PluginMetadata &metadata)
{
    const PluginKind *kind = findPluginKind(metadata.kind);
    if (!kind || interfaceId == QLatin1String(kind->interfaceId))
        return std::nullopt;
    return QStringLiteral("kind %1 needs the interface %2, but the library exports %3")
        .arg(QString::fromUtf8(metadata.kind), QLatin1String(kind->interfaceId), interfaceId);
}

} // namespace

Result<PluginMetadata> readPluginMetadata(const QJsonObject &loaderMetaData)
{
    const auto refused
        = [](const QString &text) { return std::unexpected(Error(ErrorCode::PluginRefused, text)); };
    const QString interfaceId = loaderMetaData.value(QLatin1String("IID")).toString();
    const QJsonObject object = loaderMetaData.value(QLatin1String("MetaData")).toObject();
    if (interfaceId.isEmpty())
        return refused(QStringLiteral("is no Qt plugin; remove the file from the plugin folder"));
    if (object.isEmpty())
        return refused(
            QStringLiteral("has no metadata; name metadata.json in Q_PLUGIN_METADATA and build it again"));

    PluginMetadata metadata;
    QStringList problems;
    const auto note = [&problems](const Problem &problem) {
        if (problem)
            problems.append(*problem);
    };
    for (const FieldCheck &check : FieldChecks)
        note(check.read(object.value(QLatin1String(check.field)), metadata));
    note(unknownFields(object));
    note(checkInterface(interfaceId, metadata));
    if (!problems.isEmpty())
        return refused(QStringLiteral("its metadata is not valid: ") + problems.join(QStringLiteral("; ")));
    return metadata;
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/toml_document.h"

#include <QJsonArray>

#include <algorithm>
#include <string_view>

#include <toml++/toml.h>

namespace hudhud {

namespace {

QByteArray toByteArray(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

QJsonValue toJson(const toml::node &node)
{
    if (const auto *text = node.as_string())
        return QString::fromUtf8(toByteArray(text->get()));
    if (const auto *integer = node.as_integer())
        return qint64(integer->get());
    if (const auto *number = node.as_floating_point())
        return number->get();
    if (const auto *boolean = node.as_boolean())
        return boolean->get();
    if (const auto *array = node.as_array()) {
        QJsonArray items;
        for (const toml::node &item : *array)
            items.append(toJson(item));
        return items;
    }
    return QJsonValue(QJsonValue::Undefined); // Dates, and tables inside arrays.
}

void flatten(const toml::table &table, const QByteArrayList &path, std::vector<TomlEntry> &entries)
{
    for (const auto &[key, node] : table) {
        const QByteArrayList ownPath = path + QByteArrayList{toByteArray(key.str())};
        const toml::table *child = node.as_table();
        if (child && !child->empty()) {
            flatten(*child, ownPath, entries);
            continue;
        }
        entries.push_back({.path = ownPath,
                           .value = toJson(node),
                           .line = static_cast<int>(node.source().begin.line),
                           .isTable = child != nullptr});
    }
}

} // namespace

Result<std::vector<TomlEntry>> parseToml(QByteArrayView text, const QString &fileName)
{
    try {
        const toml::table table
            = toml::parse(std::string_view(text.data(), static_cast<std::size_t>(text.size())));
        std::vector<TomlEntry> entries;
        flatten(table, {}, entries);
        std::ranges::stable_sort(entries, {}, &TomlEntry::line);
        return entries;
    } catch (const toml::parse_error &error) {
        return std::unexpected(Error(ErrorCode::ConfigurationInvalid,
                                     QStringLiteral("%1:%2: no valid TOML: %3")
                                         .arg(fileName)
                                         .arg(error.source().begin.line)
                                         .arg(QString::fromUtf8(toByteArray(error.description())))));
    } catch (const std::exception &exception) {
        return std::unexpected(Error(
            ErrorCode::ConfigurationInvalid,
            QStringLiteral("%1: no valid TOML: %2").arg(fileName, QString::fromUtf8(exception.what()))));
    }
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connection_profile.h"

#include <QSettings>
#include <QUuid>

namespace hudhud::console {

QList<ConnectionProfile> ProfileStore::load()
{
    QSettings settings;
    QList<ConnectionProfile> profiles;
    const int count = settings.beginReadArray(QStringLiteral("profiles"));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        profiles.append({.id = settings.value("id").toString(),
                         .name = settings.value("name").toString(),
                         .url = settings.value("url").toUrl(),
                         .colour = settings.value("colour").toString(),
                         .readOnly = settings.value("readOnly", true).toBool()});
    }
    settings.endArray();
    return profiles;
}

void ProfileStore::save(const QList<ConnectionProfile> &profiles)
{
    QSettings settings;
    settings.remove(QStringLiteral("profiles"));
    settings.beginWriteArray(QStringLiteral("profiles"), static_cast<int>(profiles.size()));
    for (int i = 0; i < profiles.size(); ++i) {
        settings.setArrayIndex(i);
        settings.setValue("id", profiles[i].id);
        settings.setValue("name", profiles[i].name);
        settings.setValue("url", profiles[i].url);
        settings.setValue("colour", profiles[i].colour);
        settings.setValue("readOnly", profiles[i].readOnly);
    }
    settings.endArray();
}

ConnectionProfile ProfileStore::create(const QString &name, const QUrl &url)
{
    return {.id = QUuid::createUuid().toString(QUuid::WithoutBraces), .name = name, .url = url};
}

} // namespace hudhud::console

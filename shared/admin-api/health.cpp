// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin-api/health.h"

namespace hudhud::admin {

QString healthName(Health health)
{
    switch (health) {
    case Health::Green:
        return QStringLiteral("green");
    case Health::Amber:
        return QStringLiteral("amber");
    case Health::Red:
        break;
    }
    return QStringLiteral("red");
}

QJsonValue toJson(Health health)
{
    return healthName(health);
}

bool read(const QJsonValue &json, Health &health)
{
    health = Health::Red;
    for (const Health one : {Health::Green, Health::Amber}) {
        if (json.toString() == healthName(one))
            health = one;
    }
    return json.isString();
}

} // namespace hudhud::admin

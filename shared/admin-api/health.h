// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// A light of the first page, worst last.
enum class Health : quint8 { Green, Amber, Red };

/// "green", "amber", "red". Text that is none of these is read as red: what cannot be understood is not well.
QString healthName(Health health);
QJsonValue toJson(Health health);
bool read(const QJsonValue &json, Health &health);

/// A light and why it is not green.
struct Light
{
    Health health = Health::Green;
    QString reason = {}; ///< One line; empty while green.
};

/// Names the members of a light among those of a structure that has one.
template <typename Self, typename Visit> void lightMembers(Self &light, Visit &&visit)
{
    visit("health", light.health);
    visit("reason", light.reason);
}

} // namespace hudhud::admin

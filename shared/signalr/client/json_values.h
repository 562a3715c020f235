// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_message.h"

#include <QJsonArray>
#include <QJsonValue>

namespace hudhud::client {

/// A received value that owns what it holds. Bytes, which only MessagePack has, become base64 as servers
/// write them in JSON.
QJsonValue toJson(const HubValue &value);
QJsonArray toJson(const std::vector<HubValue> &values);

/// Compact JSON text of any value; what is undefined counts as null.
QByteArray toText(const QJsonValue &value);

} // namespace hudhud::client

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QStringList>

namespace hudhud {

/// Whether the media type of `contentType`, parameters apart, is one of `allowed`: "image/png", "image/*" or "*/*", in
/// any letter case. False for what is no media type, or longer than 255 bytes. Thread: any.
bool isAllowedMediaType(QByteArrayView contentType, const QStringList &allowed);

} // namespace hudhud

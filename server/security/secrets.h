// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace hudhud {

/// SHA-256 (FIPS 180-4), 32 bytes. Thread: any.
QByteArray sha256(QByteArrayView bytes);

/// HMAC with SHA-256 (RFC 2104), 32 bytes. Thread: any.
QByteArray hmacSha256(QByteArrayView key, QByteArrayView bytes);

/// Compares in a time that does not depend on where they differ, only on the lengths. Thread: any.
bool equalInConstantTime(QByteArrayView one, QByteArrayView other);

/// Random bytes fit for keys; ends the process when the system has none. Thread: any.
QByteArray randomBytes(int count);

/// Base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
QByteArray toBase64Url(const QByteArray &bytes);
/// Nothing when a character is outside the alphabet, padding included.
std::optional<QByteArray> fromBase64Url(QByteArrayView text);

} // namespace hudhud

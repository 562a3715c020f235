// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QString>

namespace hudhud {

/// Opens a listening TCP socket with SO_REUSEPORT, so that each I/O thread has one of its own on the same
/// port and the kernel spreads the connections. `listen` is "address:port" as configured ("0.0.0.0:8080",
/// "[::1]:0"); a `port` other than 0 replaces the configured one. Result: the descriptor, non-blocking, owned
/// by the caller. Errors: ConfigurationInvalid with field "endpoints.<endpoint>.listen".
Result<qintptr> openListeningSocket(const QByteArray &endpoint, const QString &listen, quint16 port);

} // namespace hudhud

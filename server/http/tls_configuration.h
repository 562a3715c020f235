// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/error.h"

#include <QSslConfiguration>

#include <optional>

namespace hudhud {

/// Reads certificate chain and key of an endpoint. Result: nothing when it has no TLS.
/// Errors: InvalidField naming "endpoints.<endpoint>.tls_certificate" or ".tls_key", the file and the remedy.
Result<std::optional<QSslConfiguration>> loadTlsConfiguration(const QByteArray &endpoint,
                                                              const EndpointOptions &options);

} // namespace hudhud

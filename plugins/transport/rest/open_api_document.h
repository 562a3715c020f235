// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rest_options.h"

#include <QByteArray>

namespace hudhud {

/// The compiled-in OpenAPI 3.1 document with the configured limits in place of the defaults.
Result<QByteArray> openApiDocument(const RestOptions &options);

} // namespace hudhud

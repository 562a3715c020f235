// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"

namespace hudhud {

/// Answers that the hubs give in several places. Some clients show the texts.
HttpResponse textResponse(int status, const QByteArray &body);
HttpResponse jsonResponse(const QByteArray &body);
/// 401; `challenge` for WWW-Authenticate.
HttpResponse unauthorized(const QByteArray &challenge, const QByteArray &body);
/// 503: come back in a moment.
HttpResponse unavailable(const QByteArray &body);
/// 404.
HttpResponse unknownConnection();
/// What a poll brings; empty when nothing came in time.
HttpResponse pollAnswer(const QByteArray &messages);
/// 204: polls are over.
HttpResponse pollsOver();

/// Keep answers that change from moment to moment out of caches.
std::vector<std::pair<QByteArray, QByteArray>> uncachedHeaders();

} // namespace hudhud

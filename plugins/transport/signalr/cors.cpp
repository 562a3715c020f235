// SPDX-License-Identifier: GPL-3.0-or-later
#include "cors.h"

#include <algorithm>

namespace hudhud {

Cors::Cors(std::vector<QByteArray> allowedOrigins)
    : m_allowedOrigins(std::move(allowedOrigins))
{
}

bool Cors::isAllowed(QByteArrayView origin) const
{
    return !origin.isEmpty() && std::ranges::any_of(m_allowedOrigins, [origin](const QByteArray &allowed) {
        return allowed == "*" || allowed.compare(origin, Qt::CaseInsensitive) == 0;
    });
}

void Cors::apply(const HttpRequest &request, HttpResponse &response) const
{
    if (m_allowedOrigins.empty())
        return;
    response.headers.emplace_back("Vary", "Origin");
    const QByteArrayView origin = request.header("Origin");
    if (!isAllowed(origin))
        return;
    response.headers.emplace_back("Access-Control-Allow-Origin", origin.toByteArray());
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

HttpResponse Cors::preflight(const HttpRequest &request) const
{
    HttpResponse response{
        .status = 204, .contentType = {}, .body = {}, .headers = {}, .closeConnection = false};
    apply(request, response);
    if (isAllowed(request.header("Origin"))) {
        response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
        response.headers.emplace_back("Access-Control-Allow-Headers",
                                      "authorization, content-type, x-requested-with, x-signalr-user-agent");
        response.headers.emplace_back("Access-Control-Max-Age", "7200");
    }
    return response;
}

} // namespace hudhud

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

bool Cors::mayConnect(const HttpRequest &request) const
{
    const QByteArrayView origin = request.header("Origin");
    if (origin.isEmpty() || isAllowed(origin))
        return true;
    const qsizetype scheme = origin.indexOf("://");
    return scheme > 0 && origin.sliced(scheme + 3).compare(request.header("Host"), Qt::CaseInsensitive) == 0;
}

std::vector<std::pair<QByteArray, QByteArray>> Cors::headers(const HttpRequest &request) const
{
    if (m_allowedOrigins.empty())
        return {};
    std::vector<std::pair<QByteArray, QByteArray>> result{{"Vary", "Origin"}};
    const QByteArrayView origin = request.header("Origin");
    if (isAllowed(origin)) {
        result.emplace_back("Access-Control-Allow-Origin", origin.toByteArray());
        result.emplace_back("Access-Control-Allow-Credentials", "true");
    }
    return result;
}

void Cors::apply(const HttpRequest &request, HttpResponse &response) const
{
    for (auto &header : headers(request))
        response.headers.push_back(std::move(header));
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

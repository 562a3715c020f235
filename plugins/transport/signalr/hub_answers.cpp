// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub_answers.h"

namespace hudhud {

HttpResponse textResponse(int status, const QByteArray &body)
{
    return {.status = status,
            .contentType = "text/plain; charset=utf-8",
            .body = body,
            .headers = {},
            .closeConnection = false};
}

HttpResponse jsonResponse(const QByteArray &body)
{
    return {.status = 200,
            .contentType = "application/json",
            .body = body,
            .headers = {},
            .closeConnection = false};
}

HttpResponse unauthorized(const QByteArray &challenge, const QByteArray &body)
{
    HttpResponse response = textResponse(401, body);
    response.headers.emplace_back("WWW-Authenticate", challenge);
    return response;
}

HttpResponse unavailable(const QByteArray &body)
{
    HttpResponse response = textResponse(503, body);
    response.headers.emplace_back("Retry-After", "5");
    return response;
}

HttpResponse unknownConnection()
{
    return textResponse(404, "No Connection with that ID");
}

HttpResponse pollAnswer(const QByteArray &messages)
{
    return {.status = 200,
            .contentType = "application/octet-stream",
            .body = messages,
            .headers = {},
            .closeConnection = false};
}

HttpResponse pollsOver()
{
    return {.status = 204, .contentType = {}, .body = {}, .headers = {}, .closeConnection = false};
}

std::vector<std::pair<QByteArray, QByteArray>> uncachedHeaders()
{
    return {{"Cache-Control", "no-cache, no-store"},
            {"Pragma", "no-cache"},
            {"Expires", "Thu, 01 Jan 1970 00:00:00 GMT"}};
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/problem.h"

#include "core/json_text.h"

#include <utility>

namespace hudhud {

namespace {

void appendMember(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    out.append(",\"").append(name).append("\":");
    appendJsonString(out, value);
}

} // namespace

void appendOpenProblem(QByteArray &out, int status, ErrorCode code, ErrorClass errorClass, QByteArrayView detail)
{
    const ErrorCodeInfo &info = errorCodeInfo(code);
    out.append("{\"type\":\"urn:hudhud:problem:").append(info.name).append('"');
    appendMember(out, "title", info.meaning);
    out.append(",\"status\":").append(QByteArray::number(status));
    appendMember(out, "detail", detail);
    appendMember(out, "code", info.name);
    appendMember(out, "class", errorClassName(errorClass));
}

HttpResponse problemResponse(int status, ErrorCode code, QByteArrayView detail)
{
    QByteArray body;
    appendOpenProblem(body, status, code, errorCodeInfo(code).errorClass, detail);
    body.append('}');
    return HttpResponse{.status = status,
                        .contentType = "application/problem+json",
                        .body = std::move(body),
                        .headers = {},
                        .closeConnection = false};
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "problem.h"

#include "core/json_text.h"
#include "plugin-api/problem.h"

#include <utility>

namespace hudhud {

namespace {

/// All members but `errors`, without the closing brace.
void appendHead(QByteArray &out, ErrorCode code, ErrorClass errorClass, QByteArrayView detail)
{
    appendOpenProblem(out, errorCodeInfo(code).httpStatus, code, errorClass, detail);
}

void appendErrors(QByteArray &out, const std::vector<FieldProblem> &problems)
{
    out.append(",\"errors\":[");
    for (const FieldProblem &problem : problems) {
        if (out.back() != '[')
            out.append(',');
        out.append("{\"field\":");
        appendJsonString(out, problem.field);
        out.append(",\"message\":");
        appendJsonString(out, problem.message);
        out.append('}');
    }
    out.append(']');
}

HttpResponse problemOf(int status, QByteArray body)
{
    return HttpResponse{.status = status,
                        .contentType = "application/problem+json",
                        .body = std::move(body),
                        .headers = {},
                        .closeConnection = false};
}

} // namespace

void FieldProblems::add(QByteArrayView field, QByteArray message)
{
    ++m_count;
    if (m_count > m_limit)
        return;
    QByteArray path;
    if (m_item) {
        path = "messages[" + QByteArray::number(*m_item) + ']';
        if (!field.isEmpty())
            path.append('.');
    }
    path.append(field);
    m_listed.push_back({std::move(path), std::move(message)});
}

QByteArray FieldProblems::summary() const
{
    if (m_count == 1)
        return "1 value cannot be accepted; see errors.";
    QByteArray text = QByteArray::number(m_count) + " values cannot be accepted; see errors";
    if (m_count > m_limit)
        text.append(" for the first ").append(QByteArray::number(m_limit));
    return text.append('.');
}

void appendProblem(QByteArray &out, const Error &error)
{
    appendHead(out, error.code(), error.errorClass(), error.message().toUtf8());
    if (!error.field().isEmpty())
        appendErrors(out, {FieldProblem{error.field().toUtf8(), error.message().toUtf8()}});
    out.append('}');
}

void appendProblem(QByteArray &out, const FieldProblems &problems)
{
    appendHead(out, problems.code(), errorCodeInfo(problems.code()).errorClass, problems.summary());
    appendErrors(out, problems.listed());
    out.append('}');
}

HttpResponse problemResponse(const Error &error, std::chrono::seconds retryAfter)
{
    QByteArray body;
    appendProblem(body, error);
    HttpResponse response = problemOf(errorCodeInfo(error.code()).httpStatus, std::move(body));
    if (response.status == 401)
        response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"hudhud\"");
    if (response.status == 429 || response.status == 503)
        response.headers.emplace_back("Retry-After",
                                      QByteArray::number(static_cast<qint64>(retryAfter.count())));
    return response;
}

HttpResponse problemResponse(const FieldProblems &problems)
{
    QByteArray body;
    appendProblem(body, problems);
    HttpResponse response = problemOf(errorCodeInfo(problems.code()).httpStatus, std::move(body));
    if (response.status == 403)
        response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"hudhud\", error=\"insufficient_scope\"");
    return response;
}

} // namespace hudhud

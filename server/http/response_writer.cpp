// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/response_writer.h"

#include "plugin-api/problem.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <iterator>

namespace hudhud {

namespace {

struct Phrase
{
    int status;
    const char *text;
};

constexpr Phrase Phrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

void appendNumber(QByteArray &out, qint64 number)
{
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number);
    out.append(digits, end.ptr - digits);
}

bool breaksHead(QByteArrayView text)
{
    return std::any_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool isWritable(const HttpResponse &response)
{
    return response.status >= 200 && response.status <= 599 && !breaksHead(response.contentType)
        && std::none_of(response.headers.begin(), response.headers.end(), [](const auto &header) {
               return header.first.isEmpty() || breaksHead(header.first) || breaksHead(header.second);
           });
}

/// RFC 9110, section 6.4.1.
bool mayHaveBody(int status)
{
    return status != 204 && status != 304;
}

/// The row of the error table that says best what an answer of the endpoint's own means.
ErrorCode codeOfStatus(int status)
{
    switch (status) {
    case 401:
        return ErrorCode::Unauthorized;
    case 403:
        return ErrorCode::Forbidden;
    case 404:
        return ErrorCode::NotFound;
    case 405:
    case 417:
    case 426:
    case 501:
    case 505:
        return ErrorCode::Unsupported;
    case 408:
        return ErrorCode::Timeout;
    case 413:
    case 414:
    case 431:
        return ErrorCode::PayloadTooLarge;
    case 503:
        return ErrorCode::BufferFull;
    default:
        return status < 500 ? ErrorCode::InvalidRequest : ErrorCode::Internal;
    }
}

} // namespace

QByteArrayView reasonPhrase(int status)
{
    const auto *const it
        = std::lower_bound(std::begin(Phrases), std::end(Phrases), status,
                           [](const Phrase &phrase, int value) { return phrase.status < value; });
    return it != std::end(Phrases) && it->status == status ? QByteArrayView(it->text)
                                                           : QByteArrayView("Unknown");
}

HttpResponse problemResponse(int status, QByteArrayView detail)
{
    return problemResponse(status, codeOfStatus(status), detail);
}

int ResponseWriter::append(QByteArray &out, const HttpResponse &response, const AnswerForm &form)
{
    if (!isWritable(response))
        return append(out, problemResponse(500, "The server made an invalid answer."), form);
    if (response.status >= 400 && response.body.isEmpty() && response.contentType.isEmpty()) {
        HttpResponse problem = problemResponse(response.status, {});
        problem.headers = response.headers;
        problem.closeConnection = response.closeConnection;
        return append(out, problem, form);
    }
    appendStart(out, response);
    if (mayHaveBody(response.status)) {
        out.append("Content-Length: ");
        appendNumber(out, response.body.size());
        out.append("\r\n");
    }
    appendFields(out, response);
    if (!form.keepsAlive || response.closeConnection)
        out.append("Connection: close\r\n");
    else if (form.isHttp10)
        out.append("Connection: keep-alive\r\n");
    out.append("\r\n");
    if (!form.isHead && mayHaveBody(response.status))
        out.append(response.body);
    return response.status;
}

int ResponseWriter::appendStreamHead(QByteArray &out, const HttpResponse &response, const AnswerForm &form)
{
    if (!isWritable(response) || !mayHaveBody(response.status))
        return append(out, problemResponse(500, "The server made an invalid answer."), form);
    appendStart(out, response);
    appendFields(out, response);
    if (!form.isHttp10)
        out.append("Transfer-Encoding: chunked\r\n");
    if (!form.keepsAlive || form.isHttp10 || response.closeConnection)
        out.append("Connection: close\r\n");
    out.append("\r\n");
    return response.status;
}

/// Status line, Date and Content-Type.
void ResponseWriter::appendStart(QByteArray &out, const HttpResponse &response)
{
    out.append("HTTP/1.1 ");
    appendNumber(out, response.status);
    out.append(' ').append(reasonPhrase(response.status)).append("\r\n");
    appendDate(out);
    if (!response.contentType.isEmpty())
        out.append("Content-Type: ").append(response.contentType).append("\r\n");
}

void ResponseWriter::appendFields(QByteArray &out, const HttpResponse &response)
{
    for (const auto &[name, value] : response.headers)
        out.append(name).append(": ").append(value).append("\r\n");
}

void ResponseWriter::appendDate(QByteArray &out)
{
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != m_dateSecond) {
        static constexpr std::array<const char *, 7> Days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr std::array<const char *, 12> Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        std::tm utc{};
        ::gmtime_r(&now.tv_sec, &utc);
        char rest[64];
        std::snprintf(rest, sizeof rest, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                      Days[std::size_t(utc.tm_wday)], utc.tm_mday, Months[std::size_t(utc.tm_mon)],
                      utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
        m_date = rest;
        m_dateSecond = now.tv_sec;
    }
    out.append(m_date);
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request_head.h"

#include <QByteArray>

namespace hudhud {

/// What the request says about the form of its answer.
struct AnswerForm
{
    bool isHead = false;
    bool isHttp10 = false;
    bool keepsAlive = true;
};

/// The standard phrase: 404 -> "Not Found".
QByteArrayView reasonPhrase(int status);

/// An answer of the endpoint's own, as application/problem+json (RFC 9457).
HttpResponse problemResponse(int status, QByteArrayView detail);

/// Writes answers as bytes. Thread: one.
class ResponseWriter
{
public:
    /// Appends head and body. An error status without a body gets a problem document. A response whose
    /// headers would break the head (CR, LF or NUL inside) becomes a 500. Result: the status that was
    /// written.
    int append(QByteArray &out, const HttpResponse &response, const AnswerForm &form);
    /// Appends the head of an answer whose body comes bit by bit: chunked, or until the connection closes for HTTP/1.0.
    /// Result: the status that was written; anything but the response's own is a whole answer without a stream.
    int appendStreamHead(QByteArray &out, const HttpResponse &response, const AnswerForm &form);

private:
    void appendStart(QByteArray &out, const HttpResponse &response);
    static void appendFields(QByteArray &out, const HttpResponse &response);
    void appendDate(QByteArray &out);

    QByteArray m_date; ///< "Date: …\r\n", made anew once a second.
    qint64 m_dateSecond = -1;
};

} // namespace hudhud

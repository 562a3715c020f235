// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"
#include "http/request_head.h"

namespace hudhud {

/// The request as handlers see it: views on the bytes that arrived, turned into values only when asked for.
class ParsedRequest final : public HttpRequest
{
public:
    ParsedRequest(const Connection &connection, const RequestHead &head, QByteArrayView parameter,
                  QByteArrayView secondParameter, QByteArray body)
        : m_connection(connection)
        , m_head(head)
        , m_parameter(parameter)
        , m_secondParameter(secondParameter)
        , m_body(std::move(body))
    {
    }

    HttpMethod method() const override { return m_head.method; }
    QByteArrayView path() const override { return m_head.path; }
    QByteArrayView query() const override { return m_head.query; }
    QByteArray pathParameter() const override { return decoded(m_parameter); }
    QByteArray secondPathParameter() const override { return decoded(m_secondParameter); }
    QByteArrayView header(QByteArrayView name) const override { return m_head.value(name); }
    QByteArray body() const override { return m_body; }
    QHostAddress peerAddress() const override { return m_connection.peerAddress(); }
    bool isSecure() const override { return m_connection.isSecure(); }

private:
    static QByteArray decoded(QByteArrayView parameter)
    {
        return parameter.contains('%') ? QByteArray::fromPercentEncoding(parameter.toByteArray())
                                       : parameter.toByteArray();
    }

    const Connection &m_connection;
    const RequestHead &m_head;
    QByteArrayView m_parameter;
    QByteArrayView m_secondParameter;
    QByteArray m_body;
};

} // namespace hudhud

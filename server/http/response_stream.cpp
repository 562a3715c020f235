// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/response_stream.h"

#include "http/endpoint_context.h"

namespace hudhud {

ResponseStream::ResponseStream(Connection &connection, const AnswerForm &form,
                               std::unique_ptr<HttpStreamHandler> handler)
    : m_connection(connection)
    , m_handler(std::move(handler))
    , m_form(form)
    , m_isComplete(form.isHead)
{
}

void ResponseStream::send(QByteArrayView bytes)
{
    if (m_isComplete || m_connection.isClosing() || bytes.isEmpty())
        return;
    m_body.append(bytes);
    m_connection.requestTurnEnd();
}

void ResponseStream::close()
{
    if (!std::exchange(m_isComplete, true))
        m_connection.requestTurnEnd();
}

void ResponseStream::appendOutput(QByteArray &out)
{
    const bool isChunked = !m_form.isHttp10 && !m_form.isHead;
    if (!m_body.isEmpty() && isChunked)
        out.append(QByteArray::number(m_body.size(), 16)).append("\r\n").append(m_body).append("\r\n");
    else
        out.append(m_body);
    m_body = QByteArray();
    if (m_isComplete && isChunked)
        out.append("0\r\n\r\n");
}

void ResponseStream::checkDrained()
{
    if (m_connection.bytesUnsent() > m_connection.context().options.webSocketLowMarkBytes) {
        m_isAboveLowMark = true;
    } else if (m_isAboveLowMark && bytesUnsent() == 0 && !m_isComplete && !m_connection.isClosing()) {
        m_isAboveLowMark = false;
        m_handler->drained();
    }
}

void ResponseStream::end()
{
    if (const auto handler = std::exchange(m_handler, nullptr))
        handler->closed();
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"
#include "http/response_writer.h"

#include <QByteArray>

#include <memory>

namespace hudhud {

/// One answer whose body comes bit by bit (RFC 9112, section 7.1): gathers what is sent in a loop turn into
/// one chunk, for HTTP/1.0 clients the bytes alone. Thread: the connection's I/O thread. Ownership: the
/// session, which takes the output when the answer's turn has come.
class ResponseStream final : public HttpStream
{
public:
    ResponseStream(Connection &connection, const AnswerForm &form,
                   std::unique_ptr<HttpStreamHandler> handler);

    // What the session does with it.

    /// Tells the handler; once.
    void open() { m_handler->opened(*this); }
    /// Appends what has gathered, and the body's end if it is complete.
    void appendOutput(QByteArray &out);
    bool isComplete() const { return m_isComplete; }
    /// After the output was written, and whenever the kernel took more: looks at the low mark.
    void checkDrained();
    /// The last call: tells the handler.
    void end();

    void send(QByteArrayView bytes) override;
    qint64 bytesUnsent() const override { return m_body.size() + m_connection.bytesUnsent(); }
    void close() override;
    void abort() override { m_connection.abort(); }

private:
    Connection &m_connection;
    std::unique_ptr<HttpStreamHandler> m_handler;
    QByteArray m_body; ///< Of this loop turn, or until the answers before have left.
    AnswerForm m_form;
    bool m_isComplete = false;
    bool m_isAboveLowMark = false;
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request_head.h"

#include <QByteArray>

namespace hudhud {

/// Takes a chunked body apart as it arrives (RFC 9112, section 7.1). Chunk extensions and trailer fields are
/// dropped.
class ChunkedDecoder
{
public:
    /// `maximumBody` bounds the content, `maximumTrailer` the trailer section; both in bytes.
    ChunkedDecoder(qint64 maximumBody, qint64 maximumTrailer)
        : m_maximumBody(maximumBody)
        , m_maximumTrailer(maximumTrailer)
    {
    }

    /// Reads from `bytes`, returns how many of them it used; once `isDone` or with a fault it uses no more.
    /// Bytes of an unfinished size or trailer line stay unused: offer them again with what follows.
    qsizetype feed(QByteArrayView bytes);

    bool isDone() const { return m_state == State::Done; }
    const std::optional<RequestFault> &fault() const { return m_fault; }
    QByteArray takeBody() { return std::move(m_body); }

private:
    enum class State : quint8 { Size, Data, DataEnd, Trailer, Done };

    qsizetype readSize(QByteArrayView bytes);
    qsizetype readData(QByteArrayView bytes);
    qsizetype readDataEnd(QByteArrayView bytes);
    qsizetype readTrailer(QByteArrayView bytes);
    qsizetype lineLength(QByteArrayView bytes, qint64 maximum);
    qsizetype fail(int status, const char *detail);

    qint64 m_maximumBody;
    qint64 m_maximumTrailer;
    qint64 m_chunkRest = 0;
    QByteArray m_body;
    std::optional<RequestFault> m_fault;
    State m_state = State::Size;
};

} // namespace hudhud

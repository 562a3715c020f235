// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/chunked_decoder.h"

namespace hudhud {

namespace {

constexpr qint64 MaximumSizeLine = 256; ///< The size, its extensions and CRLF.
constexpr qsizetype MaximumSizeDigits = 15; ///< Fits a qint64.

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

qsizetype ChunkedDecoder::feed(QByteArrayView bytes)
{
    qsizetype used = 0;
    while (m_state != State::Done && !m_fault && used < bytes.size()) {
        const QByteArrayView rest = bytes.sliced(used);
        qsizetype step = 0;
        switch (m_state) {
        case State::Size:
            step = readSize(rest);
            break;
        case State::Data:
            step = readData(rest);
            break;
        case State::DataEnd:
            step = readDataEnd(rest);
            break;
        case State::Trailer:
            step = readTrailer(rest);
            break;
        case State::Done:
            break;
        }
        if (step == 0)
            break;
        used += step;
    }
    return used;
}

/// Length of the line at the start of `bytes` with its CRLF; 0 when it is unfinished or faulty.
qsizetype ChunkedDecoder::lineLength(QByteArrayView bytes, qint64 maximum)
{
    const qsizetype feed = bytes.indexOf('\n');
    if (feed < 0)
        return bytes.size() > maximum ? fail(400, "A line of the chunked body is too long.") : 0;
    if (feed + 1 > maximum)
        return fail(400, "A line of the chunked body is too long.");
    if (feed == 0 || bytes[feed - 1] != '\r')
        return fail(400, "A line of the chunked body does not end with CR LF.");
    return feed + 1;
}

qsizetype ChunkedDecoder::readSize(QByteArrayView bytes)
{
    const qsizetype length = lineLength(bytes, MaximumSizeLine);
    if (length == 0)
        return 0;
    const QByteArrayView line = bytes.first(length - 2);
    qsizetype digits = 0;
    qint64 size = 0;
    while (digits < line.size() && hexDigit(line[digits]) >= 0 && digits < MaximumSizeDigits)
        size = size * 16 + hexDigit(line[digits++]);
    if (digits == 0 || (digits < line.size() && hexDigit(line[digits]) >= 0))
        return fail(400, "A chunk size is not a hexadecimal number.");
    for (const char c : line.sliced(digits)) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F)
            return fail(400, "A chunk extension holds control characters.");
    }
    const QByteArrayView extension = line.sliced(digits).trimmed();
    if (!extension.isEmpty() && extension.front() != ';')
        return fail(400, "A chunk size is not a hexadecimal number.");
    if (size > m_maximumBody - m_body.size())
        return fail(413, "The body is larger than the limit.");
    m_chunkRest = size;
    m_state = size == 0 ? State::Trailer : State::Data;
    return length;
}

qsizetype ChunkedDecoder::readData(QByteArrayView bytes)
{
    const qsizetype length = qMin<qint64>(bytes.size(), m_chunkRest);
    m_body.append(bytes.first(length));
    m_chunkRest -= length;
    if (m_chunkRest == 0)
        m_state = State::DataEnd;
    return length;
}

qsizetype ChunkedDecoder::readDataEnd(QByteArrayView bytes)
{
    if (bytes.front() != '\r' || (bytes.size() > 1 && bytes[1] != '\n'))
        return fail(400, "A chunk is longer than its size says.");
    if (bytes.size() < 2)
        return 0;
    m_state = State::Size;
    return 2;
}

qsizetype ChunkedDecoder::readTrailer(QByteArrayView bytes)
{
    const qsizetype length = lineLength(bytes, m_maximumTrailer);
    if (length == 0)
        return 0;
    m_maximumTrailer -= length;
    if (length == 2)
        m_state = State::Done;
    return length;
}

qsizetype ChunkedDecoder::fail(int status, const char *detail)
{
    m_fault = RequestFault{status, detail};
    return 0;
}

} // namespace hudhud

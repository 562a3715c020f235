// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/peer_answer.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

/// Of the connection, not of the answer (RFC 9110, section 7.6.1), or written anew for the caller.
constexpr std::array<QByteArrayView, 6> OwnHeaders{"connection", "content-length", "date", "keep-alive", "server",
                                                   "content-type"};

bool isNamed(QByteArrayView name, QByteArrayView lowerCase)
{
    return name.compare(lowerCase, Qt::CaseInsensitive) == 0;
}

bool readStatusLine(QByteArrayView line, PeerAnswer &answer)
{
    // "HTTP/1.1 202 Accepted"
    constexpr qsizetype Least = sizeof("HTTP/1.1 200") - 1;
    bool isNumber = false;
    if (line.size() < Least || !line.startsWith("HTTP/1."))
        return false;
    answer.response.status = line.sliced(9, 3).toInt(&isNumber);
    answer.keepsAlive = line[7] == '1';
    return isNumber && answer.response.status >= 200 && answer.response.status < 600;
}

} // namespace

PeerAnswerReader::State PeerAnswerReader::read(QByteArrayView bytes, PeerAnswer &answer)
{
    const qsizetype headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return bytes.size() > MaximumBytes ? State::Faulty : State::Incomplete;
    answer = {};
    qsizetype lineEnd = bytes.indexOf("\r\n");
    if (!readStatusLine(bytes.first(lineEnd), answer))
        return State::Faulty;
    qsizetype length = answer.response.status == 204 ? 0 : -1;
    while (lineEnd < headEnd) {
        const qsizetype begin = lineEnd + 2;
        lineEnd = bytes.indexOf("\r\n", begin);
        const QByteArrayView line = bytes.sliced(begin, lineEnd - begin);
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0)
            return State::Faulty;
        const QByteArrayView name = line.first(colon);
        const QByteArrayView value = line.sliced(colon + 1).trimmed();
        bool isNumber = true;
        if (isNamed(name, "transfer-encoding"))
            return State::Faulty;
        if (isNamed(name, "content-length"))
            length = value.toLongLong(&isNumber);
        else if (isNamed(name, "content-type"))
            answer.response.contentType = value.toByteArray();
        else if (isNamed(name, "connection") && isNamed(value, "close"))
            answer.keepsAlive = false;
        if (!isNumber)
            return State::Faulty;
        if (std::ranges::none_of(OwnHeaders, [name](QByteArrayView own) { return isNamed(name, own); }))
            answer.response.headers.emplace_back(name.toByteArray(), value.toByteArray());
    }
    if (length < 0 || length > MaximumBytes)
        return State::Faulty;
    const QByteArrayView body = bytes.sliced(headEnd + 4);
    if (body.size() < length)
        return State::Incomplete;
    answer.keepsAlive &= body.size() == length;
    answer.response.body = body.first(length).toByteArray();
    return State::Complete;
}

} // namespace hudhud

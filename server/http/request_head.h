// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"

#include <QByteArrayView>

#include <vector>

namespace hudhud {

/// Why a request is refused before a handler sees it.
struct RequestFault
{
    int status = 400;
    const char *detail = ""; ///< One sentence for the client's developer.
};

/// What one request's head says. The views point into the bytes that were parsed.
struct RequestHead
{
    struct Field
    {
        QByteArrayView name;
        QByteArrayView value;
    };

    HttpMethod method = HttpMethod::Get;
    bool isHead = false;
    bool isHttp10 = false;
    bool keepsAlive = true;
    bool isChunked = false;
    bool expectsContinue = false;
    bool isUpgradeToWebSocket = false;
    bool isServerWide = false; ///< "OPTIONS *".
    qint64 contentLength = 0;
    QByteArrayView path;
    QByteArrayView query;
    std::vector<Field> fields; ///< Keeps its room from one request to the next.

    /// The first field of that name in any letter case; empty if there is none.
    QByteArrayView value(QByteArrayView name) const;
};

/// Where the head in `bytes` ends (just behind the empty line), or -1 when more bytes are needed. `scanned`
/// is how many bytes an earlier call has seen already.
qsizetype findHeadEnd(QByteArrayView bytes, qsizetype scanned);

/// Reads a whole head, its empty line included, after RFC 9112. It is strict wherever two readers could
/// disagree on where a request ends (section 11.2): line ends, white space, lengths, transfer codings and
/// Host are checked. Result: nothing when `head` is filled, else the fault; the connection has to be closed
/// then.
std::optional<RequestFault> parseRequestHead(QByteArrayView bytes, RequestHead &head);

/// RFC 9110, section 5.6.1: whether the comma-separated `list` has `token`, in any letter case.
bool listContainsToken(QByteArrayView list, QByteArrayView token);

} // namespace hudhud

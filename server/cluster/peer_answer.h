// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"

#include <QByteArrayView>

#include <optional>

namespace hudhud {

/// One answer of another node (RFC 9112).
struct PeerAnswer
{
    HttpResponse response; ///< Without the headers that belong to the connection.
    bool keepsAlive = true;
};

/// Reads answers as Hudhud's own endpoint writes them: with a Content-Length. Any other framing is a fault, as where such an
/// answer ends is not worth guessing.
class PeerAnswerReader
{
public:
    enum class State : quint8 { Incomplete, Complete, Faulty };
    /// An answer to a full batch takes some hundreds of KiB.
    static constexpr qsizetype MaximumBytes = 4 * 1024 * 1024;

    /// `bytes`: everything since the beginning of the answer. With Complete `answer` is filled.
    static State read(QByteArrayView bytes, PeerAnswer &answer);
};

} // namespace hudhud

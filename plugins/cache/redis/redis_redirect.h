// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_endpoint.h"

#include <QByteArrayView>

namespace hudhud {

/// What an error of Redis asks of the one who sent the command (https://redis.io/docs/reference/cluster-spec/,
/// "Redirection and resharding").
struct RedisRedirect
{
    enum class Kind : quint8 {
        None,     ///< The command failed for good.
        Moved,    ///< The slot belongs to `endpoint` from now on.
        Ask,      ///< Send this command, after ASKING, to `endpoint`; the slot is still moving.
        Later,    ///< TRYAGAIN, CLUSTERDOWN, MASTERDOWN, LOADING: the same command may succeed soon.
        NoScript, ///< The server does not know the script yet.
    };

    Kind kind = Kind::None;
    int slot = 0;
    RedisEndpoint endpoint;
};

/// `error` is the text of an error reply; `askedHost` the host of the node that sent it.
RedisRedirect parseRedirect(QByteArrayView error, const QString &askedHost);

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>

#include <expected>

namespace hudhud::client {

/// A failure as a value. `message` is one English sentence for whoever has to mend it; it never holds the
/// access token.
struct HubError
{
    enum class Kind : quint8 {
        None, ///< No failure: what ended was meant to end.
        InvalidUse, ///< The call makes no sense in this state.
        NotConnected, ///< Nothing was sent.
        QueueFull, ///< Nothing was sent: too much waits already. Later it may succeed.
        ConnectionLost, ///< What was under way may have happened or not.
        Timeout,
        Unauthorized, ///< 401 or 403: the access token is missing, wrong or for somebody else.
        Refused, ///< The server, or what answered in its place, does not want this connection.
        Protocol, ///< The server sent something that is not SignalR.
        Hub, ///< The hub's method failed; `message` is the server's text.
        Cancelled,
    };

    Kind kind = Kind::None;
    QString message;
    int httpStatus = 0; ///< Of the answer that told so; 0 when there was none.

    bool isError() const { return kind != Kind::None; }
};

template <typename T> using Result = std::expected<T, HubError>;

inline std::unexpected<HubError> failure(HubError::Kind kind, const QString &message)
{
    return std::unexpected(HubError{.kind = kind, .message = message});
}

} // namespace hudhud::client

Q_DECLARE_METATYPE(hudhud::client::HubError)

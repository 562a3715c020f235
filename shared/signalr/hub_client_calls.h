// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_binding.h"
#include "signalr/hub_message.h"

#include <expected>
#include <functional>
#include <optional>
#include <vector>

namespace hudhud {

/// Why a client's method gave no result.
struct HubCallError
{
    enum class Reason : quint8 {
        ClientFailed, ///< `text` is what the client says.
        TimedOut,
        ConnectionEnded,
        Cancelled,
        TooMany, ///< Too many calls wait already; nothing was sent.
        NotConnected, ///< Nothing was sent.
    };

    Reason reason = Reason::ClientFailed;
    QByteArray text;

    static HubCallError of(Reason reason);
};

/// A client's result, Null for methods that give none; its views end when the reply returns.
using HubResult = std::expected<HubValue, HubCallError>;
using HubReply = std::move_only_function<void(const HubResult &result)>;

/// `result` as a T; a value of another kind counts as the client's failure.
template <typename T> std::expected<T, HubCallError> bindResult(const HubResult &result)
{
    if (!result)
        return std::unexpected(result.error());
    std::optional<T> bound = HubArgument<T>::bind(*result);
    if (!bound)
        return std::unexpected(
            HubCallError{HubCallError::Reason::ClientFailed, "The client's result is of another type."});
    return *std::move(bound);
}

/// The calls of one client's methods that wait for their result. Thread: the connection's. Bounds: the connection's
/// settings. A reply may make new calls.
class HubClientCalls
{
public:
    std::size_t size() const { return m_waiting.size(); }
    /// The id to call under. `due`: the tick at which it is too late.
    QByteArray add(quint32 due, HubReply reply);
    /// False: nobody waits for that id.
    bool answer(QByteArrayView id, const HubResult &result);
    void expire(quint32 now);
    void failAll(HubCallError::Reason reason);

private:
    struct Waiting
    {
        QByteArray id;
        quint32 due = 0;
        HubReply reply;
    };

    quint64 m_lastId = 0;
    std::vector<Waiting> m_waiting; ///< Oldest first: all have the same time.
};

} // namespace hudhud

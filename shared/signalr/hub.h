// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_binding.h"
#include "signalr/hub_call.h"
#include "signalr/hub_metrics.h"
#include "signalr/hub_session.h"

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace hudhud {

/// A hub: the named methods that clients may call. What belongs to one connection lives in its HubSession.
/// Thread: filled before the first connection, then only read.
class Hub
{
public:
    /// Calls the method with `arguments`. False: they do not fit its signature; nothing was called.
    using Method
        = std::function<bool(HubSession &session, HubCall &call, const std::vector<HubValue> &arguments)>;

    explicit Hub(HubMetrics metrics)
        : m_metrics(metrics)
    {
    }

    /// Offers `method` of the session class under `name`, which clients may spell in any letter case. The
    /// method takes the call, to answer now or later, and then the arguments by their types (see
    /// HubArgument); views end when it returns. Every session of this hub must be a `Session`.
    template <typename Session, typename... Arguments>
    void addMethod(const QByteArray &name, void (Session::*method)(HubCall call, Arguments...))
    {
        addMethod(name, [method](HubSession &session, HubCall &call, const std::vector<HubValue> &arguments) {
            if (arguments.size() != sizeof...(Arguments))
                return false;
            return callBound(static_cast<Session &>(session), method, call, arguments,
                             std::index_sequence_for<Arguments...>());
        });
    }
    void addMethod(const QByteArray &name, Method method);

    /// Null when there is none.
    const Method *findMethod(QByteArrayView name) const;
    const HubMetrics &metrics() const { return m_metrics; }

private:
    template <typename Session, typename... Arguments, std::size_t... Index>
    static bool callBound(Session &session, void (Session::*method)(HubCall, Arguments...), HubCall &call,
                          [[maybe_unused]] const std::vector<HubValue> &arguments,
                          std::index_sequence<Index...>)
    {
        [[maybe_unused]] auto bound
            = std::make_tuple(HubArgument<std::remove_cvref_t<Arguments>>::bind(arguments[Index])...);
        if (!(std::get<Index>(bound).has_value() && ...))
            return false;
        (session.*method)(std::move(call), *std::move(std::get<Index>(bound))...);
        return true;
    }

    HubMetrics m_metrics;
    std::vector<std::pair<QByteArray, Method>> m_methods; ///< A handful: looked through in turn.
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_binding.h"
#include "signalr/hub_call.h"
#include "signalr/hub_clients.h"
#include "signalr/hub_counters.h"
#include "signalr/hub_session.h"
#include "signalr/hub_upload.h"

#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace hudhud {

/// What a call brings for its method.
struct HubArguments
{
    const std::vector<HubValue> &values;
    std::vector<HubUpload> &uploads; ///< As many as the method takes.
};

/// A hub: the named methods that clients may call, and who is connected. What belongs to one connection lives in its
/// HubSession. Thread: one object per I/O thread; methods are added before the first connection, then only read.
class Hub
{
public:
    struct Method
    {
        /// Calls the method. False: the arguments do not fit its signature; nothing was called.
        using Function = std::function<bool(HubSession &session, HubCall &call, const HubArguments &arguments)>;

        QByteArray name;
        qsizetype uploadCount = 0; ///< Streams that the caller has to send.
        bool isStreaming = false; ///< Answers with HubCall::stream.
        Function function;
    };

    explicit Hub(HubCounters counters)
        : m_counters(counters)
        , m_clients(std::make_unique<HubClients>())
    {
    }

    /// Offers `method` of the session class under `name`, which clients may spell in any letter case. The method takes
    /// the call, to answer now or later, and then the arguments by their types (see HubArgument); views end when it
    /// returns. A HubUpload among them stands for a stream from the caller. Every session of this hub must be a
    /// `Session`.
    template <typename Session, typename... Arguments>
    void addMethod(const QByteArray &name, void (Session::*method)(HubCall call, Arguments...))
    {
        add(name, method, false);
    }
    /// The same for a method whose callers want a stream; it answers with HubCall::stream.
    template <typename Session, typename... Arguments>
    void addStreamMethod(const QByteArray &name, void (Session::*method)(HubCall call, Arguments...))
    {
        add(name, method, true);
    }
    void addMethod(Method method);

    /// Null when there is none.
    const Method *findMethod(QByteArrayView name) const;
    const HubCounters &counters() const { return m_counters; }
    /// The connections of this I/O thread.
    HubClients &clients() const { return *m_clients; }

private:
    template <typename T> static constexpr bool IsUpload = std::is_same_v<std::remove_cvref_t<T>, HubUpload>;

    template <typename Session, typename... Arguments>
    void add(const QByteArray &name, void (Session::*method)(HubCall call, Arguments...), bool isStreaming)
    {
        constexpr std::size_t uploads = (std::size_t(IsUpload<Arguments>) + ... + 0);
        const auto function = [method](HubSession &session, HubCall &call, const HubArguments &arguments) {
            if (arguments.values.size() != sizeof...(Arguments) - uploads || arguments.uploads.size() != uploads)
                return false;
            return callBound(static_cast<Session &>(session), method, call, arguments,
                             std::index_sequence_for<Arguments...>());
        };
        addMethod({name, static_cast<qsizetype>(uploads), isStreaming, function});
    }

    /// The place of parameter `Index` among those of its sort: the streams are counted apart.
    template <std::size_t Index, typename... Arguments> static constexpr std::size_t place()
    {
        constexpr bool isUpload[] = {IsUpload<Arguments>...};
        std::size_t before = 0;
        for (std::size_t i = 0; i < Index; ++i)
            before += isUpload[i] == isUpload[Index] ? 1 : 0;
        return before;
    }

    template <typename Argument, std::size_t Place> static auto bind(const HubArguments &arguments)
    {
        if constexpr (IsUpload<Argument>)
            return std::optional<HubUpload>(std::move(arguments.uploads[Place]));
        else
            return HubArgument<std::remove_cvref_t<Argument>>::bind(arguments.values[Place]);
    }

    template <typename Session, typename... Arguments, std::size_t... Index>
    static bool callBound(Session &session, void (Session::*method)(HubCall, Arguments...), HubCall &call,
                          [[maybe_unused]] const HubArguments &arguments, std::index_sequence<Index...>)
    {
        [[maybe_unused]] auto bound = std::make_tuple(bind<Arguments, place<Index, Arguments...>()>(arguments)...);
        if (!(std::get<Index>(bound).has_value() && ...))
            return false;
        (session.*method)(std::move(call), *std::move(std::get<Index>(bound))...);
        return true;
    }

    HubCounters m_counters;
    std::unique_ptr<HubClients> m_clients;
    std::vector<Method> m_methods; ///< A handful: looked through in turn.
};

} // namespace hudhud

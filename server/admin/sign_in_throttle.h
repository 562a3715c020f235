// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QHostAddress>

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace hudhud {

/// Slows down who guesses at tokens: counts bad ones by address. A good token is never refused because of bad ones, so
/// that nobody can lock an operator out. Thread: any; a short lock for each bad token. Ownership: `clock` outlives it.
class SignInThrottle
{
public:
    static constexpr int AllowedFailures = 10; ///< Of one address within the window.
    static constexpr std::chrono::seconds Window{60};
    static constexpr std::size_t MaximumAddresses = 10'000;

    explicit SignInThrottle(const Clock &clock) : m_clock(clock) { }

    /// One more bad token. Result: how long the address should wait, or nothing while it may go on.
    std::optional<std::chrono::seconds> failed(const QHostAddress &address);

private:
    struct Failures
    {
        SteadyTime since{};
        int count = 0;
    };

    struct AddressHash
    {
        std::size_t operator()(const QHostAddress &address) const { return qHash(address); }
    };

    void makeRoom(SteadyTime now);

    const Clock &m_clock;
    std::mutex m_mutex; ///< Guards the table.
    std::unordered_map<QHostAddress, Failures, AddressHash> m_failures;
};

} // namespace hudhud

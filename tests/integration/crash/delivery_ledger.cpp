// SPDX-License-Identifier: GPL-3.0-or-later
#include "crash/delivery_ledger.h"

#include <algorithm>

namespace hudhud::test {

namespace {

constexpr std::size_t MostFailures = 20;
/// The server's clock is anchored, and may be a little off the system's.
constexpr std::chrono::milliseconds ClockTolerance{50};

} // namespace

void DeliveryLedger::fail(std::string what)
{
    if (m_failures.size() < MostFailures)
        m_failures.push_back(std::move(what));
}

std::uint64_t DeliveryLedger::add(const ExpectedMessage &message, int copies)
{
    const std::uint64_t number = m_messages.size();
    for (int copy = 0; copy < copies; ++copy) {
        m_messages.push_back(message);
        m_messages.back().phone = (message.phone + copy) % m_phones;
    }
    m_broadcastEnd.resize(m_messages.size(), number + static_cast<std::uint64_t>(copies));
    return number;
}

/// Scheduled ones wait on purpose, and expiring ones may be gone.
bool DeliveryLedger::isOutstanding(const ExpectedMessage &message) const
{
    return message.outcome == Outcome::Accepted && message.received == 0 && !message.mayExpire
        && !message.notBefore;
}

void DeliveryLedger::accepted(std::uint64_t number, std::string_view id)
{
    ExpectedMessage &message = m_messages[number];
    if (message.outcome != Outcome::Accepted)
        ++m_accepted;
    m_outstanding -= isOutstanding(message);
    message.outcome = Outcome::Accepted;
    m_outstanding += isOutstanding(message);
    if (!id.empty())
        noteId(number, id);
}

void DeliveryLedger::received(int phone, std::uint64_t number, std::string_view id, WallTime now)
{
    if (number >= m_messages.size()) {
        fail("a phone got a message that nobody posted: " + std::string(id));
        return;
    }
    const std::uint64_t copy
        = number + static_cast<std::uint64_t>((phone - m_messages[number].phone + m_phones) % m_phones);
    if (copy >= m_broadcastEnd[number]) {
        fail("message " + std::to_string(number) + " arrived at another phone");
        return;
    }
    noteId(copy, id);
    ExpectedMessage &message = m_messages[copy];
    if (message.outcome == Outcome::Refused)
        fail("message " + std::to_string(copy) + " was refused and yet delivered");
    if (message.notBefore && now + ClockTolerance < *message.notBefore)
        fail("message " + std::to_string(copy) + " arrived before its time");
    m_outstanding -= isOutstanding(message);
    if (message.received++ > 0)
        ++m_doubles;
}

void DeliveryLedger::noteId(std::uint64_t number, std::string_view id)
{
    std::string &known = m_messages[number].id;
    if (known.empty())
        known = id;
    else if (known != id)
        fail("message " + std::to_string(number) + " has two ids: " + known + " and " + std::string(id));
}

std::int64_t DeliveryLedger::missing() const
{
    return std::ranges::count_if(m_messages, [](const ExpectedMessage &message) {
        return message.outcome == Outcome::Accepted && message.received == 0 && !message.mayExpire;
    });
}

std::int64_t DeliveryLedger::keptUnanswered() const
{
    return std::ranges::count_if(m_messages, [](const ExpectedMessage &message) {
        return message.outcome == Outcome::Unknown && message.received > 0;
    });
}

} // namespace hudhud::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hudhud::test {

using WallTime = std::chrono::system_clock::time_point;

/// What the callers know of one message.
enum class Outcome : std::uint8_t {
    Unknown,  ///< The answer was lost: it may be stored or not.
    Accepted, ///< 202: must reach its phone.
    Refused,  ///< Must never reach its phone.
};

struct ExpectedMessage
{
    int phone = 0;
    Outcome outcome = Outcome::Unknown;
    bool mayExpire = false;
    std::uint16_t received = 0;
    std::optional<WallTime> notBefore; ///< Of scheduled messages.
    std::string id;
};

/// Every message that was posted, what was answered and what the phones got. A message is known by its number, which
/// its content begins with. The copies of a broadcast have the numbers that follow its own, one for each of consecutive
/// phones, and all of them say the first one's number. Thread: one.
class DeliveryLedger
{
public:
    explicit DeliveryLedger(int phones)
        : m_phones(phones)
    {
    }

    /// One message, or the copies of a broadcast beginning with `phone`. Result: the number of the first.
    std::uint64_t add(const ExpectedMessage &message, int copies = 1);
    void accepted(std::uint64_t number, std::string_view id);
    void refused(std::uint64_t number) { m_messages[number].outcome = Outcome::Refused; }
    /// A phone got a message that says it is `number`.
    void received(int phone, std::uint64_t number, std::string_view id, WallTime now);

    const std::vector<ExpectedMessage> &messages() const { return m_messages; }
    /// Accepted and not yet received, without those that may expire.
    std::int64_t missing() const;
    /// Accepted messages that are certainly on their way now: what limits the load.
    std::int64_t outstanding() const { return m_outstanding; }
    std::int64_t acceptedCount() const { return m_accepted; }
    std::int64_t doubles() const { return m_doubles; }
    /// Received although the answer was lost.
    std::int64_t keptUnanswered() const;

    /// Broken promises, at most the first twenty.
    const std::vector<std::string> &failures() const { return m_failures; }
    void fail(std::string what);

private:
    void noteId(std::uint64_t number, std::string_view id);
    bool isOutstanding(const ExpectedMessage &message) const;

    const int m_phones;
    std::vector<ExpectedMessage> m_messages;
    std::vector<std::uint64_t> m_broadcastEnd; ///< By number: one past the last copy.
    std::vector<std::string> m_failures;
    std::int64_t m_accepted = 0;
    std::int64_t m_outstanding = 0;
    std::int64_t m_doubles = 0;
};

} // namespace hudhud::test

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/endpoint.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hudhud::loadgen {

/// A POST whose body has one recipient and a content that begins with a number of ten digits; both are
/// overwritten in place, so that making a request costs nothing beside sending it.
class MessageRequest
{
public:
    /// `isRich`: each request has an idempotency key of its own, and the four priorities take turns.
    MessageRequest(const Endpoint &endpoint, std::string_view path, std::string_view apiKey, int contentSize,
                   bool isRich = false);

    /// The whole request. `recipient` must have twelve digits. Valid until the next call.
    std::string_view make(std::string_view recipient, std::uint64_t number);

    static constexpr std::size_t RecipientDigits = 12;
    static constexpr std::size_t NumberDigits = 10;

private:
    /// A request, and where in it the changing digits begin.
    struct Template
    {
        std::string text;
        std::size_t recipientAt = 0;
        std::size_t numberAt = 0;
        std::size_t keyAt = 0; ///< 0: has no key.
    };

    std::vector<Template> m_templates; ///< They take turns.
    std::size_t m_turn = 0;
};

/// The number at the start of a content that a MessageRequest made.
std::optional<std::uint64_t> contentNumber(std::string_view content);
/// Head and body of a POST with a JSON body. `headers`: further header lines, each with its line end.
std::string postRequest(const Endpoint &endpoint, std::string_view path, std::string_view apiKey,
                        std::string_view body, std::string_view headers = {});
std::string getRequest(const Endpoint &endpoint, std::string_view path, std::string_view apiKey);
/// The string value of the first field `name` of a JSON text without looking at its structure.
std::string_view jsonStringField(std::string_view json, std::string_view name);
/// The string values of all fields `name`, in their order.
std::vector<std::string_view> jsonStringFields(std::string_view json, std::string_view name);

} // namespace hudhud::loadgen

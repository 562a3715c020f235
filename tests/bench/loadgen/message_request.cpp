// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/message_request.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <span>

namespace hudhud::loadgen {

namespace {

std::string head(std::string_view method, const Endpoint &endpoint, std::string_view path,
                 std::string_view apiKey)
{
    std::string text;
    text.append(method)
        .append(" ")
        .append(path)
        .append(" HTTP/1.1\r\nHost: ")
        .append(endpoint.host)
        .append("\r\n");
    if (!apiKey.empty())
        text.append("Authorization: Bearer ").append(apiKey).append("\r\n");
    return text;
}

} // namespace

MessageRequest::MessageRequest(const Endpoint &endpoint, std::string_view path, std::string_view apiKey,
                               int contentSize, bool isRich)
{
    const std::string recipient(RecipientDigits, '0');
    std::string content(NumberDigits, '0');
    content.append(std::max<std::size_t>(static_cast<std::size_t>(contentSize), NumberDigits) - NumberDigits,
                   'x');
    // The time makes the keys of one run differ from those of the last.
    const std::string prefix
        = "Idempotency-Key: " + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) + '-';
    constexpr std::string_view Priorities[]
        = {"", R"("priority":"Low",)", R"("priority":"Normal",)", R"("priority":"High",)", R"("priority":"Critical",)"};
    for (const std::string_view priority : isRich ? std::span(Priorities).subspan(1) : std::span(Priorities).first(1)) {
        const std::string body = R"({"recipient":")" + recipient + R"(",)" + std::string(priority)
            + R"("subject":"load","content":")" + content + "\"}";
        const std::string headers = isRich ? prefix + std::string(NumberDigits, '0') + "\r\n" : std::string();
        Template &added = m_templates.emplace_back();
        added.text = postRequest(endpoint, path, apiKey, body, headers);
        const std::size_t bodyAt = added.text.size() - body.size();
        added.recipientAt = bodyAt + body.find(recipient);
        added.numberAt = bodyAt + body.find(content);
        if (isRich)
            added.keyAt = added.text.find(prefix) + prefix.size();
    }
}

std::string_view MessageRequest::make(std::string_view recipient, std::uint64_t number)
{
    Template &next = m_templates[m_turn++ % m_templates.size()];
    std::copy_n(recipient.begin(), RecipientDigits, next.text.begin() + static_cast<std::ptrdiff_t>(next.recipientAt));
    for (std::size_t i = NumberDigits; i-- > 0; number /= 10) {
        const char digit = static_cast<char>('0' + number % 10);
        next.text[next.numberAt + i] = digit;
        if (next.keyAt > 0)
            next.text[next.keyAt + i] = digit;
    }
    return next.text;
}

std::optional<std::uint64_t> contentNumber(std::string_view content)
{
    if (content.size() < MessageRequest::NumberDigits)
        return std::nullopt;
    std::uint64_t number = 0;
    const char *end = content.data() + MessageRequest::NumberDigits;
    if (std::from_chars(content.data(), end, number).ptr != end)
        return std::nullopt;
    return number;
}

std::string postRequest(const Endpoint &endpoint, std::string_view path, std::string_view apiKey,
                        std::string_view body, std::string_view headers)
{
    std::string text = head("POST", endpoint, path, apiKey);
    text.append(headers);
    text.append("Content-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
    return text.append("\r\n\r\n").append(body);
}

std::string getRequest(const Endpoint &endpoint, std::string_view path, std::string_view apiKey)
{
    return head("GET", endpoint, path, apiKey).append("\r\n");
}

std::string_view jsonStringField(std::string_view json, std::string_view name)
{
    const auto fields = jsonStringFields(json, name);
    return fields.empty() ? std::string_view() : fields.front();
}

std::vector<std::string_view> jsonStringFields(std::string_view json, std::string_view name)
{
    const std::string key = '"' + std::string(name) + "\":\"";
    std::vector<std::string_view> values;
    for (std::size_t at = json.find(key); at != std::string_view::npos; at = json.find(key, at)) {
        at += key.size();
        values.push_back(json.substr(at, json.find('"', at) - at));
    }
    return values;
}

} // namespace hudhud::loadgen

// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/message_request.h"

#include <algorithm>
#include <charconv>

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
                               int contentSize)
{
    const std::string recipient(RecipientDigits, '0');
    std::string content(NumberDigits, '0');
    content.append(std::max<std::size_t>(static_cast<std::size_t>(contentSize), NumberDigits) - NumberDigits,
                   'x');
    const std::string body
        = R"({"recipient":")" + recipient + R"(","subject":"load","content":")" + content + "\"}";
    m_text = postRequest(endpoint, path, apiKey, body);
    const std::size_t bodyAt = m_text.size() - body.size();
    m_recipientAt = bodyAt + body.find(recipient);
    m_numberAt = bodyAt + body.find(content);
}

std::string_view MessageRequest::make(std::string_view recipient, std::uint64_t number)
{
    std::copy_n(recipient.begin(), RecipientDigits,
                m_text.begin() + static_cast<std::ptrdiff_t>(m_recipientAt));
    for (std::size_t i = NumberDigits; i-- > 0; number /= 10)
        m_text[m_numberAt + i] = static_cast<char>('0' + number % 10);
    return m_text;
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

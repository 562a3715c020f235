// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace hudhud::loadgen {

namespace {

std::string base64Url(std::string_view bytes)
{
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()),
                                       reinterpret_cast<const unsigned char *>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    while (text.ends_with('='))
        text.pop_back();
    for (char &character : text) {
        if (character == '+')
            character = '-';
        else if (character == '/')
            character = '_';
    }
    return text;
}

} // namespace

std::string signToken(std::string_view secret, std::string_view claim, std::string_view subject,
                      std::chrono::seconds lifetime)
{
    const auto now = std::chrono::system_clock::now();
    const auto seconds
        = std::chrono::duration_cast<std::chrono::seconds>((now + lifetime).time_since_epoch());
    std::string payload;
    payload.append("{\"").append(claim).append("\":\"").append(subject).append("\",\"exp\":");
    payload.append(std::to_string(seconds.count())).append("}");

    std::string token = base64Url(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64Url(payload);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digestLength = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char *>(token.data()), token.size(), digest.data(), &digestLength);
    const std::string_view signature(reinterpret_cast<const char *>(digest.data()), digestLength);
    return token + '.' + base64Url(signature);
}

} // namespace hudhud::loadgen

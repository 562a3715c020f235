// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request_head.h"

#include <array>
#include <cstring>

namespace hudhud {

namespace {

/// RFC 9110, section 5.6.2.
constexpr std::array<bool, 256> tokenCharacters()
{
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c)
        table[std::size_t(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c)
        table[std::size_t(c)] = table[std::size_t(c - 'a' + 'A')] = true;
    for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

/// Octets of a field value (section 5.5): visible ones, blanks and obs-text; no control characters.
constexpr std::array<bool, 256> valueCharacters()
{
    std::array<bool, 256> table{};
    for (std::size_t c = 0x20; c < table.size(); ++c)
        table[c] = c != 0x7F;
    table['\t'] = true;
    return table;
}

/// Octets of a request target; the fragment sign never belongs there.
constexpr std::array<bool, 256> targetCharacters()
{
    std::array<bool, 256> table{};
    for (std::size_t c = 0x21; c < 0x7F; ++c)
        table[c] = c != '#';
    return table;
}

constexpr auto IsToken = tokenCharacters();
constexpr auto IsValue = valueCharacters();
constexpr auto IsTarget = targetCharacters();

bool consistsOf(const std::array<bool, 256> &table, QByteArrayView text)
{
    for (const char c : text) {
        if (!table[static_cast<unsigned char>(c)])
            return false;
    }
    return true;
}

bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && qstrnicmp(a.data(), b.data(), std::size_t(a.size())) == 0;
}

std::optional<RequestFault> parseMethod(QByteArrayView name, RequestHead &head)
{
    static constexpr std::pair<const char *, HttpMethod> Methods[] = {
        {"GET", HttpMethod::Get},     {"POST", HttpMethod::Post},     {"HEAD", HttpMethod::Get},
        {"PUT", HttpMethod::Put},     {"DELETE", HttpMethod::Delete}, {"OPTIONS", HttpMethod::Options},
        {"PATCH", HttpMethod::Patch},
    };
    for (const auto &[known, method] : Methods) {
        if (name == known) {
            head.method = method;
            head.isHead = name == "HEAD";
            return std::nullopt;
        }
    }
    if (name.isEmpty() || name.size() > 32 || !consistsOf(IsToken, name))
        return RequestFault{400, "The request line does not start with a method."};
    return RequestFault{501, "The server does not know this method."};
}

std::optional<RequestFault> parseTarget(QByteArrayView target, RequestHead &head)
{
    if (target.isEmpty() || !consistsOf(IsTarget, target))
        return RequestFault{400,
                            "The request target is empty or holds characters that must be percent-encoded."};
    if (head.method == HttpMethod::Options && target == "*") {
        head.isServerWide = true;
        head.path = target;
        return std::nullopt;
    }
    if (target.front() != '/') { // absolute-form, RFC 9112 section 3.2.2
        const qsizetype authority = target.indexOf("://");
        if (authority < 1
            || !(equalsIgnoringCase(target.first(authority), "http")
                 || equalsIgnoringCase(target.first(authority), "https")))
            return RequestFault{400, "The request target must be an absolute path."};
        const qsizetype path = target.indexOf('/', authority + 3);
        target = path < 0 ? QByteArrayView("/") : target.sliced(path);
    }
    const qsizetype question = target.indexOf('?');
    head.path = question < 0 ? target : target.first(question);
    head.query = question < 0 ? QByteArrayView() : target.sliced(question + 1);
    return std::nullopt;
}

std::optional<RequestFault> parseRequestLine(QByteArrayView line, RequestHead &head)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype second = line.lastIndexOf(' ');
    if (first < 1 || second <= first)
        return RequestFault{400, "The request line must be: method, target, HTTP version."};
    const QByteArrayView version = line.sliced(second + 1);
    if (version.size() != 8 || !version.startsWith("HTTP/") || version[6] != '.' || version[5] < '0'
        || version[5] > '9' || version[7] < '0' || version[7] > '9')
        return RequestFault{400, "The request line does not end with an HTTP version."};
    if (version[5] != '1')
        return RequestFault{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
    head.isHttp10 = version[7] == '0';
    head.keepsAlive = !head.isHttp10;
    if (const auto fault = parseMethod(line.first(first), head))
        return fault;
    return parseTarget(line.sliced(first + 1, second - first - 1), head);
}

/// What decides on the framing, gathered over all fields.
struct Framing
{
    std::optional<qint64> contentLength;
    int transferEncodings = 0;
    int hosts = 0;
    bool upgradesConnection = false;
    bool upgradesToWebSocket = false;
};

std::optional<RequestFault> readContentLength(QByteArrayView value, Framing &framing)
{
    constexpr qsizetype MaximumDigits = 18; // fits a qint64
    qint64 length = 0;
    for (const char c : value) {
        if (c < '0' || c > '9')
            return RequestFault{400, "Content-Length must be a number of digits only."};
        if (value.size() <= MaximumDigits)
            length = length * 10 + (c - '0');
    }
    if (value.isEmpty())
        return RequestFault{400, "Content-Length must be a number of digits only."};
    if (value.size() > MaximumDigits)
        return RequestFault{413, "Content-Length is beyond any limit."};
    if (framing.contentLength && *framing.contentLength != length)
        return RequestFault{400, "The request has several Content-Length fields that differ."};
    framing.contentLength = length;
    return std::nullopt;
}

std::optional<RequestFault> readTransferEncoding(QByteArrayView value, RequestHead &head, Framing &framing)
{
    if (head.isHttp10)
        return RequestFault{400, "Transfer-Encoding does not exist in HTTP/1.0."};
    if (++framing.transferEncodings > 1)
        return RequestFault{400, "The request has several Transfer-Encoding fields."};
    if (!equalsIgnoringCase(value, "chunked"))
        return RequestFault{501, "The only transfer coding known here is \"chunked\"."};
    head.isChunked = true;
    return std::nullopt;
}

std::optional<RequestFault> readHost(QByteArrayView value, Framing &framing)
{
    if (++framing.hosts > 1)
        return RequestFault{400, "The request has several Host fields."};
    for (const char c : value) {
        if (!IsTarget[static_cast<unsigned char>(c)] || c == '/' || c == '@' || c == '?' || c == ',')
            return RequestFault{400, "The Host field is not a host and port."};
    }
    return std::nullopt;
}

/// Looks at the fields that the endpoint itself acts on; the others are for the handlers.
std::optional<RequestFault> readField(QByteArrayView name, QByteArrayView value, RequestHead &head,
                                      Framing &framing)
{
    switch (name.size()) {
    case 4:
        if (equalsIgnoringCase(name, "Host"))
            return readHost(value, framing);
        break;
    case 6:
        if (equalsIgnoringCase(name, "Expect") && !head.isHttp10) {
            if (!equalsIgnoringCase(value, "100-continue"))
                return RequestFault{417, "The only expectation known here is \"100-continue\"."};
            head.expectsContinue = true;
        }
        break;
    case 7:
        if (equalsIgnoringCase(name, "Upgrade"))
            framing.upgradesToWebSocket
                = framing.upgradesToWebSocket || listContainsToken(value, "websocket");
        break;
    case 10:
        if (equalsIgnoringCase(name, "Connection")) {
            if (listContainsToken(value, "close"))
                head.keepsAlive = false;
            else if (head.isHttp10 && listContainsToken(value, "keep-alive"))
                head.keepsAlive = true;
            framing.upgradesConnection = framing.upgradesConnection || listContainsToken(value, "upgrade");
        }
        break;
    case 14:
        if (equalsIgnoringCase(name, "Content-Length"))
            return readContentLength(value, framing);
        break;
    case 17:
        if (equalsIgnoringCase(name, "Transfer-Encoding"))
            return readTransferEncoding(value, head, framing);
        break;
    default:
        break;
    }
    return std::nullopt;
}

QByteArrayView withoutBlanks(QByteArrayView value)
{
    while (!value.isEmpty() && (value.front() == ' ' || value.front() == '\t'))
        value = value.sliced(1);
    while (!value.isEmpty() && (value.back() == ' ' || value.back() == '\t'))
        value.chop(1);
    return value;
}

std::optional<RequestFault> parseFieldLine(QByteArrayView line, RequestHead &head, Framing &framing)
{
    if (line.front() == ' ' || line.front() == '\t')
        return RequestFault{400, "Header fields must not be folded over several lines."};
    const qsizetype colon = line.indexOf(':');
    if (colon < 1 || !consistsOf(IsToken, line.first(colon)))
        return RequestFault{400, "A header line is not a field name, a colon and a value."};
    const QByteArrayView value = withoutBlanks(line.sliced(colon + 1));
    if (!consistsOf(IsValue, value))
        return RequestFault{400, "A header value holds control characters."};
    head.fields.push_back({line.first(colon), value});
    return readField(line.first(colon), value, head, framing);
}

std::optional<RequestFault> applyFraming(const Framing &framing, RequestHead &head)
{
    if (head.isChunked && framing.contentLength)
        return RequestFault{400, "The request has both Content-Length and Transfer-Encoding."};
    if (!head.isHttp10 && framing.hosts == 0)
        return RequestFault{400, "The request has no Host field."};
    head.contentLength = framing.contentLength.value_or(0);
    head.isUpgradeToWebSocket = framing.upgradesConnection && framing.upgradesToWebSocket && !head.isHttp10;
    return std::nullopt;
}

/// The next line of `rest` without its CRLF; false when it does not end with exactly that.
bool takeLine(QByteArrayView &rest, QByteArrayView &line)
{
    const auto *end = static_cast<const char *>(std::memchr(rest.data(), '\n', std::size_t(rest.size())));
    if (!end || end == rest.data() || end[-1] != '\r')
        return false;
    line = rest.first(end - 1 - rest.data());
    rest = rest.sliced(line.size() + 2);
    return true;
}

void reset(RequestHead &head)
{
    std::vector<RequestHead::Field> fields = std::move(head.fields);
    fields.clear();
    head = RequestHead();
    head.fields = std::move(fields);
}

} // namespace

QByteArrayView RequestHead::value(QByteArrayView name) const
{
    for (const Field &field : fields) {
        if (equalsIgnoringCase(field.name, name))
            return field.value;
    }
    return {};
}

qsizetype findHeadEnd(QByteArrayView bytes, qsizetype scanned)
{
    // An empty line is a line feed that follows a line feed, with at most a carriage return between; which of
    // the forms is allowed is for the parser to say.
    qsizetype from = qMax<qsizetype>(0, scanned - 3);
    while (from < bytes.size()) {
        const auto *feed = static_cast<const char *>(
            std::memchr(bytes.data() + from, '\n', std::size_t(bytes.size() - from)));
        if (!feed)
            return -1;
        const qsizetype next = feed - bytes.data() + 1;
        if (next < bytes.size() && bytes[next] == '\n')
            return next + 1;
        if (next + 1 < bytes.size() && bytes[next] == '\r' && bytes[next + 1] == '\n')
            return next + 2;
        from = next;
    }
    return -1;
}

std::optional<RequestFault> parseRequestHead(QByteArrayView bytes, RequestHead &head)
{
    constexpr RequestFault BadLineEnd{400, "Every line of the head must end with CR LF."};
    reset(head);
    QByteArrayView rest = bytes;
    QByteArrayView line;
    if (!takeLine(rest, line))
        return BadLineEnd;
    if (const auto fault = parseRequestLine(line, head))
        return fault;
    Framing framing;
    while (true) {
        if (!takeLine(rest, line))
            return BadLineEnd;
        if (line.isEmpty())
            return applyFraming(framing, head);
        if (const auto fault = parseFieldLine(line, head, framing))
            return fault;
    }
}

bool listContainsToken(QByteArrayView list, QByteArrayView token)
{
    while (!list.isEmpty()) {
        const qsizetype comma = list.indexOf(',');
        const QByteArrayView item = withoutBlanks(comma < 0 ? list : list.first(comma));
        if (equalsIgnoringCase(item, token))
            return true;
        list = comma < 0 ? QByteArrayView() : list.sliced(comma + 1);
    }
    return false;
}

} // namespace hudhud

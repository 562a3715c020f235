// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/route_table.h"

#include <optional>

namespace hudhud {

namespace {

constexpr qsizetype MaximumParameters = 2;

Error invalidPattern(const QByteArray &pattern)
{
    return Error(ErrorCode::InvalidRequest,
                 QStringLiteral("route \"%1\" must be an absolute path with at most two segments \"{name}\"")
                     .arg(QString::fromUtf8(pattern)));
}

Error conflict(const QByteArray &pattern)
{
    return Error(ErrorCode::Conflict,
                 QStringLiteral("route \"%1\" is taken by another transport; change one of the two paths")
                     .arg(QString::fromUtf8(pattern)));
}

/// What a pattern has around its parameters; nothing if it is not a valid one.
std::optional<std::vector<QByteArray>> literalsOf(const QByteArray &pattern)
{
    std::vector<QByteArray> literals;
    qsizetype begin = 0;
    for (qsizetype open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', begin)) {
        const qsizetype close = pattern.indexOf('}', open);
        const QByteArray literal = pattern.sliced(begin, open - begin);
        if (close < open + 2 || !literal.startsWith('/') || !literal.endsWith('/')
            || pattern.sliced(open, close - open).contains('/'))
            return std::nullopt;
        literals.push_back(literal);
        begin = close + 1;
    }
    literals.push_back(pattern.sliced(begin));
    const bool isSegment = literals.back().isEmpty() || literals.back().startsWith('/');
    return isSegment && std::ssize(literals) <= MaximumParameters + 1 ? std::optional(literals) : std::nullopt;
}

} // namespace

QByteArray Route::allowedMethods() const
{
    static constexpr std::pair<HttpMethod, const char *> Names[] = {
        {HttpMethod::Delete, "DELETE"}, {HttpMethod::Get, "GET, HEAD"}, {HttpMethod::Patch, "PATCH"},
        {HttpMethod::Post, "POST"},     {HttpMethod::Put, "PUT"},
    };
    QByteArray list("OPTIONS");
    for (const auto &[method, name] : Names) {
        if (handler(method) || (method == HttpMethod::Get && upgrade))
            list.append(", ").append(name);
    }
    return list;
}

Result<Route *> HttpRouteTable::routeFor(const QByteArray &pattern)
{
    if (!pattern.startsWith('/') || pattern.contains('?'))
        return std::unexpected(invalidPattern(pattern));
    if (!pattern.contains('{'))
        return &m_exact[pattern];
    const auto literals = literalsOf(pattern);
    if (!literals)
        return std::unexpected(invalidPattern(pattern));
    for (Pattern &known : m_patterns) {
        if (known.literals == *literals)
            return &known.route;
    }
    m_patterns.push_back({*literals, {}});
    return &m_patterns.back().route;
}

Result<void> HttpRouteTable::addRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler)
{
    // HEAD is answered by the GET route.
    const HttpMethod key = method == HttpMethod::Head ? HttpMethod::Get : method;
    const auto route = routeFor(pattern);
    if (!route)
        return std::unexpected(route.error());
    HttpHandler &place = (*route)->handlers[std::size_t(key)];
    if (place)
        return std::unexpected(conflict(pattern));
    place = std::move(handler);
    return {};
}

Result<void> HttpRouteTable::addUploadRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler,
                                            qint64 maximumBody)
{
    if (auto added = addRoute(method, pattern, std::move(handler)); !added)
        return added;
    (*routeFor(pattern))->maximumBodies[std::size_t(method)] = maximumBody;
    return {};
}

Result<void> HttpRouteTable::addWebSocket(const QByteArray &path, UpgradeHandler handler)
{
    if (path.contains('{'))
        return std::unexpected(invalidPattern(path));
    const auto route = routeFor(path);
    if (!route)
        return std::unexpected(route.error());
    if ((*route)->upgrade)
        return std::unexpected(conflict(path));
    (*route)->upgrade = std::move(handler);
    return {};
}

HttpRouteTable::Match HttpRouteTable::find(QByteArrayView path) const
{
    // The hash wants a QByteArray; this one only borrows the bytes.
    const auto it = m_exact.constFind(QByteArray::fromRawData(path.data(), path.size()));
    if (it != m_exact.constEnd())
        return {&it.value(), {}, {}};
    for (const Pattern &pattern : m_patterns) {
        Match match{&pattern.route, {}, {}};
        if (fits(pattern, path, match))
            return match;
    }
    return {};
}

bool HttpRouteTable::fits(const Pattern &pattern, QByteArrayView path, Match &match)
{
    if (!path.startsWith(pattern.literals.front()))
        return false;
    QByteArrayView rest = path.sliced(pattern.literals.front().size());
    for (std::size_t i = 1; i < pattern.literals.size(); ++i) {
        const qsizetype slash = rest.indexOf('/');
        const QByteArrayView parameter = slash < 0 ? rest : rest.first(slash);
        if (parameter.isEmpty())
            return false;
        (i == 1 ? match.parameter : match.secondParameter) = parameter;
        rest = rest.sliced(parameter.size());
        const QByteArray &literal = pattern.literals[i];
        if (i + 1 == pattern.literals.size())
            return rest == literal;
        if (!rest.startsWith(literal))
            return false;
        rest = rest.sliced(literal.size());
    }
    return false;
}

} // namespace hudhud

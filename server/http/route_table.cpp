// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/route_table.h"

namespace hudhud {

namespace {

Error invalidPattern(const QByteArray &pattern)
{
    return Error(ErrorCode::InvalidRequest,
                 QStringLiteral("route \"%1\" must be an absolute path with at most one segment \"{name}\"")
                     .arg(QString::fromUtf8(pattern)));
}

Error conflict(const QByteArray &pattern)
{
    return Error(ErrorCode::Conflict,
                 QStringLiteral("route \"%1\" is taken by another transport; change one of the two paths")
                     .arg(QString::fromUtf8(pattern)));
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
    const qsizetype open = pattern.indexOf('{');
    if (!pattern.startsWith('/') || pattern.contains('?'))
        return std::unexpected(invalidPattern(pattern));
    if (open < 0)
        return &m_exact[pattern];
    const qsizetype close = pattern.indexOf('}', open);
    const QByteArray prefix = pattern.first(open);
    const QByteArray suffix = close < 0 ? QByteArray() : pattern.sliced(close + 1);
    if (close < open + 2 || !prefix.endsWith('/') || !(suffix.isEmpty() || suffix.startsWith('/'))
        || suffix.contains('{') || pattern.sliced(open, close - open).contains('/'))
        return std::unexpected(invalidPattern(pattern));
    for (Pattern &known : m_patterns) {
        if (known.prefix == prefix && known.suffix == suffix)
            return &known.route;
    }
    m_patterns.push_back({prefix, suffix, {}});
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
        return {&it.value(), {}};
    for (const Pattern &pattern : m_patterns) {
        const qsizetype length = path.size() - pattern.prefix.size() - pattern.suffix.size();
        if (length < 1 || !path.startsWith(pattern.prefix) || !path.endsWith(pattern.suffix))
            continue;
        const QByteArrayView parameter = path.sliced(pattern.prefix.size(), length);
        if (!parameter.contains('/'))
            return {&pattern.route, parameter};
    }
    return {};
}

} // namespace hudhud

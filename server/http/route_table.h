// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"

#include <QHash>

#include <array>

namespace hudhud {

/// The handlers of one path, by method.
struct Route
{
    static constexpr std::size_t MethodCount = 7;

    std::array<HttpHandler, MethodCount> handlers;
    std::array<qint64, MethodCount> maximumBodies{}; ///< 0: the endpoint's limit.
    UpgradeHandler upgrade;

    const HttpHandler &handler(HttpMethod method) const { return handlers[std::size_t(method)]; }
    /// "GET, HEAD, OPTIONS, POST": the value of an Allow header.
    QByteArray allowedMethods() const;
};

/// Exact paths in a hash, then the patterns with `{name}` segments in the order they were added.
class HttpRouteTable : public RouteTable
{
public:
    struct Match
    {
        const Route *route = nullptr; ///< Null: no such path.
        QByteArrayView parameter; ///< What stood for the first `{name}`, still percent-encoded.
        QByteArrayView secondParameter; ///< The same for the second.
    };

    Result<void> addRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler) override;
    Result<void> addUploadRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler,
                                qint64 maximumBody) override;
    Result<void> addWebSocket(const QByteArray &path, UpgradeHandler handler) override;

    /// The result is valid until a route is added.
    Match find(QByteArrayView path) const;

private:
    struct Pattern
    {
        std::vector<QByteArray> literals; ///< Up to the first parameter, between two, behind the last.
        Route route;
    };

    static bool fits(const Pattern &pattern, QByteArrayView path, Match &match);
    Result<Route *> routeFor(const QByteArray &pattern);

    QHash<QByteArray, Route> m_exact;
    std::vector<Pattern> m_patterns;
};

} // namespace hudhud

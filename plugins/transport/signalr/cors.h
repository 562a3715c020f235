// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"

namespace hudhud {

/// Lets pages of listed origins use the hub from a browser (Fetch standard, section 3.2). Hub clients send
/// credentials, so the answer repeats the origin instead of a wildcard.
class Cors
{
public:
    /// `allowedOrigins`: as browsers send them; "*" stands for all; empty allows none.
    explicit Cors(std::vector<QByteArray> allowedOrigins);

    /// False for a page of another origin that is not listed. Requests without an origin come from no page,
    /// and the page of this very host may always connect. WebSockets need this: browsers ask nobody before
    /// they open one.
    bool mayConnect(const HttpRequest &request) const;
    /// Adds what the browser needs to show the answer to the page, errors included.
    void apply(const HttpRequest &request, HttpResponse &response) const;
    /// The same as headers for an answer that comes later.
    std::vector<std::pair<QByteArray, QByteArray>> headers(const HttpRequest &request) const;
    /// Answers OPTIONS.
    HttpResponse preflight(const HttpRequest &request) const;

private:
    bool isAllowed(QByteArrayView origin) const;

    std::vector<QByteArray> m_allowedOrigins;
};

} // namespace hudhud

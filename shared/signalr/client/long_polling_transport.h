// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/http_transport.h"

namespace hudhud::client {

/// Receives by one GET after another, and sends by POSTs.
class LongPollingTransport final : public HttpTransport
{
    Q_OBJECT

public:
    using HttpTransport::HttpTransport;

    bool hasOwnKeepAlive() const override { return true; }

protected:
    void receive() override;
    void leave() override;

private:
    void finished();

    bool m_isOpen = false; ///< The first poll, which the server answers at once, succeeded.
};

} // namespace hudhud::client

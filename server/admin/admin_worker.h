// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_context.h"

namespace hudhud {

/// The admin API's share of one I/O thread. resources/openapi/hudhud-admin.json describes it. Thread: that I/O thread.
class AdminWorker
{
public:
    explicit AdminWorker(const AdminParts &parts);

    /// Adds the routes below /api/v1/admin; once, before the endpoint opens.
    Result<void> mount(RouteTable &routes);
    /// From now on answers close their connections.
    void drain();

private:
    AdminContextPointer m_context;
};

} // namespace hudhud

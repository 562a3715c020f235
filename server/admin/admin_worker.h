// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_context.h"

namespace hudhud {

class AdminHub;

/// The admin API's share of one I/O thread. resources/openapi/hudhud-admin.json describes it. Thread: that I/O thread.
class AdminWorker
{
public:
    AdminWorker(int ioThread, const AdminParts &parts, MetricsRegistry &metrics);
    ~AdminWorker();

    /// Adds the routes below /api/v1/admin; once, before the endpoint opens.
    Result<void> mount(RouteTable &routes);
    /// Adds the hub `/admin`, likewise.
    Result<void> mountHub(RouteTable &routes);
    /// From now on answers close their connections, and consoles are told to come again.
    void drain();

private:
    AdminContextPointer m_context;
    std::unique_ptr<AdminHub> m_hub;
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_worker.h"

#include "admin/routes.h"

namespace hudhud {

AdminWorker::AdminWorker(const AdminParts &parts)
    : m_context(std::make_shared<AdminContext>(parts))
{
}

Result<void> AdminWorker::mount(RouteTable &routes)
{
    for (const auto mountRoutes : {mountDeadLetterRoutes, mountEditRoute, mountJobRoutes, mountMaintenanceRoutes,
                                   mountClusterRoutes, mountOverviewRoutes}) {
        if (auto mounted = mountRoutes(routes, m_context); !mounted)
            return mounted;
    }
    return {};
}

void AdminWorker::drain()
{
    m_context->draining = true;
}

} // namespace hudhud

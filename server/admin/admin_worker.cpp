// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_worker.h"

#include "admin/admin_hub.h"
#include "admin/routes.h"

namespace hudhud {

AdminWorker::AdminWorker(int ioThread, const AdminParts &parts, MetricsRegistry &metrics)
    : m_context(std::make_shared<AdminContext>(parts))
    , m_hub(std::make_unique<AdminHub>(m_context, ioThread, metrics))
{
}

AdminWorker::~AdminWorker()
{
    m_context->port->close();
}

Result<void> AdminWorker::mount(RouteTable &routes)
{
    for (const auto mountRoutes : {mountDeadLetterRoutes, mountEditRoute, mountJobRoutes, mountMaintenanceRoutes,
                                   mountClusterRoutes, mountAuditRoutes, mountSessionRoutes, mountOverviewRoutes,
                                   mountConnectionRoutes, mountRecipientRoutes, mountMessageRoutes, mountQueueRoutes,
                                   mountCacheRoutes, mountConfigurationRoutes, mountApiKeyRoutes}) {
        if (auto mounted = mountRoutes(routes, m_context); !mounted)
            return mounted;
    }
    return {};
}

Result<void> AdminWorker::mountHub(RouteTable &routes)
{
    return m_hub->mount(routes);
}

void AdminWorker::drain()
{
    m_context->draining = true;
    m_hub->drain();
}

} // namespace hudhud

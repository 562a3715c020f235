// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/routes.h"

namespace hudhud {

namespace {

void listPlugins(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->respondValue(responder, admin::PluginList{.plugins = context->parts.process.parts().plugins});
}

void showConfiguration(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->respondValue(responder, context->parts.process.parts().configuration());
}

} // namespace

Result<void> mountConfigurationRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/plugins", AdminRole::Viewer, "", listPlugins},
        {HttpMethod::Get, "/configuration", AdminRole::Viewer, "", showConfiguration},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud

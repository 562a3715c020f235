// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_transport.h"

#include "open_api_document.h"
#include "rest_context.h"
#include "routes.h"

#include <utility>

namespace hudhud {

namespace {

class RestWorker final : public TransportWorker
{
public:
    RestWorker(const RestOptions &options, const IoServices &services, QByteArray openApi)
        : m_context(std::make_shared<RestContext>(options, services))
        , m_openApi(std::move(openApi))
    {
    }

    Result<void> mount(const QByteArray &endpoint, RouteTable &routes) override
    {
        Result<void> mounted = mountProbeRoutes(routes, m_context);
        if (endpoint == "admin")
            return mounted ? mountMetricsRoute(routes, m_context) : mounted;
        if (endpoint != "public")
            return mounted;
        if (mounted)
            mounted = mountSendRoutes(routes, m_context);
        if (mounted)
            mounted = mountBatchRoute(routes, m_context);
        if (mounted)
            mounted = mountReplaceRoute(routes, m_context);
        if (mounted)
            mounted = mountReadRoutes(routes, m_context);
        if (mounted)
            mounted = mountGroupRoutes(routes, m_context);
        if (mounted)
            mounted = mountBroadcastRoutes(routes, m_context);
        if (mounted)
            mounted = mountAttachmentRoutes(routes, m_context);
        if (mounted)
            mounted = mountOpenApiRoute(routes, m_context, m_openApi);
        return mounted;
    }

    void drain() override { m_context->draining = true; }

private:
    RestContextPointer m_context;
    QByteArray m_openApi;
};

} // namespace

Result<void> RestTransport::configure(const QJsonObject &settings, const PluginContext &)
{
    const Result<RestOptions> options = readRestOptions(settings);
    if (!options)
        return std::unexpected(options.error());
    m_options = *options;
    return {};
}

Result<void> RestTransport::start()
{
    Result<QByteArray> document = openApiDocument(m_options);
    if (!document)
        return std::unexpected(document.error());
    m_openApi = std::move(*document);
    return {};
}

void RestTransport::stop(std::chrono::milliseconds)
{
    m_openApi.clear();
}

Result<std::unique_ptr<TransportWorker>> RestTransport::createWorker(const IoServices &services)
{
    return std::make_unique<RestWorker>(m_options, services, m_openApi);
}

} // namespace hudhud

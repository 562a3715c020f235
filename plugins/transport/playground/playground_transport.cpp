// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground_transport.h"

#include <QFile>

namespace hudhud {

namespace {

struct Source
{
    const char *path;
    const char *file;
    const char *contentType;
};

constexpr Source Sources[] = {
    {"/playground", "index.html", "text/html; charset=utf-8"},
    {"/playground/phone.css", "phone.css", "text/css; charset=utf-8"},
    {"/playground/phone.js", "phone.js", "text/javascript; charset=utf-8"},
    {"/playground/signalr.min.js", "signalr.min.js", "text/javascript; charset=utf-8"},
};

HttpResponse responseOf(const PlaygroundFile &file)
{
    return HttpResponse{
        .status = 200,
        .contentType = file.contentType,
        .body = file.body,
        .headers = {{"Cache-Control", "no-cache"},
                    {"Content-Security-Policy",
                     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; "
                     "base-uri 'none'; frame-ancestors 'none'"},
                    {"Referrer-Policy", "no-referrer"},
                    {"X-Content-Type-Options", "nosniff"}},
        .closeConnection = false};
}

class PlaygroundWorker final : public TransportWorker
{
public:
    explicit PlaygroundWorker(std::shared_ptr<const std::vector<PlaygroundFile>> files)
        : m_files(std::move(files))
    {
    }

    Result<void> mount(const QByteArray &endpoint, RouteTable &routes) override
    {
        Result<void> added;
        if (endpoint != "public")
            return added;
        for (const PlaygroundFile &file : *m_files) {
            if (added)
                added = routes.addRoute(HttpMethod::Get, file.path,
                                        [files = m_files, &file](const HttpRequest &, HttpResponder responder) {
                                            responder.respond(responseOf(file));
                                        });
        }
        return added;
    }
    void drain() override {}

private:
    std::shared_ptr<const std::vector<PlaygroundFile>> m_files;
};

} // namespace

Result<void> PlaygroundTransport::start()
{
    auto files = std::make_shared<std::vector<PlaygroundFile>>();
    for (const Source &source : Sources) {
        QFile file(QStringLiteral(":/hudhud/playground/") + QLatin1StringView(source.file));
        if (!file.open(QIODevice::ReadOnly))
            return std::unexpected(Error(ErrorCode::Internal, file.errorString()));
        files->push_back({source.path, source.contentType, file.readAll()});
    }
    m_files = std::move(files);
    return {};
}

Result<std::unique_ptr<TransportWorker>> PlaygroundTransport::createWorker(const IoServices &)
{
    return std::make_unique<PlaygroundWorker>(m_files);
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/attachments.h"
#include "rest_context.h"

namespace hudhud {

/// Which attachment somebody may have.
struct DownloadRequest
{
    QByteArray id;
    std::optional<qint64> owner; ///< The API key that it has to belong to; none for links.
    QByteArray knownTags;        ///< The header If-None-Match.
};

/// Answers with the file, so that no browser takes it for a page of ours: as a download, in a sandbox, and for nothing
/// but its media type. 304 when the caller has it, 404 when there is none. Thread: the context's.
void download(const RestContextPointer &context, DownloadRequest request, HttpResponder responder);

/// RFC 6266 and RFC 8187: `attachment` with the name, and a plain form of it for old clients. Thread: any.
QByteArray contentDisposition(const QByteArray &name);

} // namespace hudhud

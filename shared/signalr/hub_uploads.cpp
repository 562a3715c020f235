// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_uploads.h"

#include "signalr/hub_connection.h"

#include <algorithm>
#include <utility>

namespace hudhud {

void HubUpload::read(std::unique_ptr<HubUploadReader> reader)
{
    if (const auto connection = m_connection.lock())
        connection->readUpload(m_id, std::move(reader));
}

void HubUpload::resume()
{
    if (const auto connection = m_connection.lock())
        connection->resumeUpload(m_id);
}

HubUploads::Stream *HubUploads::find(QByteArrayView id) const
{
    const auto found = std::ranges::find_if(m_streams, [id](const auto &stream) { return stream->id == id; });
    return found == m_streams.end() ? nullptr : found->get();
}

void HubUploads::add(const QByteArray &id)
{
    auto stream = std::make_unique<Stream>();
    stream->id = id;
    m_streams.push_back(std::move(stream));
}

void HubUploads::removeFinished()
{
    std::erase_if(m_streams, [](const auto &stream) { return !stream->reader; });
}

void HubUploads::dropUnread()
{
    removeFinished();
}

void HubUploads::read(QByteArrayView id, std::unique_ptr<HubUploadReader> reader)
{
    if (Stream *stream = find(id))
        stream->reader = std::move(reader);
}

void HubUploads::resume(QByteArrayView id)
{
    if (Stream *stream = find(id))
        stream->isHeld = false;
}

bool HubUploads::offer(Stream &stream, const HubValue &value)
{
    switch (stream.reader->item(value)) {
    case HubUploadReader::Taken::Yes:
        return true;
    case HubUploadReader::Taken::Later:
        stream.isHeld = true;
        return false;
    case HubUploadReader::Taken::Enough:
        break;
    }
    stream.waiting.clear();
    stream.reader = nullptr;
    return true;
}

void HubUploads::item(QByteArrayView id, const HubValue &value, QByteArrayView framed)
{
    Stream *stream = find(id);
    if (!stream || !stream->reader || stream->isEnded)
        return;
    if (stream->isHeld || !stream->waiting.empty() || !offer(*stream, value))
        stream->waiting.push_back(framed.toByteArray());
    removeFinished();
}

bool HubUploads::end(QByteArrayView id, QByteArrayView error)
{
    Stream *stream = find(id);
    if (!stream)
        return false;
    stream->isEnded = true;
    stream->error = error.toByteArray();
    if (stream->waiting.empty())
        finish(*stream);
    removeFinished();
    return true;
}

void HubUploads::finish(Stream &stream)
{
    if (const auto reader = std::exchange(stream.reader, nullptr))
        reader->ended(stream.error);
}

void HubUploads::deliverOne(Stream &stream, const Parse &parse)
{
    while (stream.reader && !stream.isHeld && !stream.waiting.empty()) {
        const QByteArray framed = std::move(stream.waiting.front());
        stream.waiting.pop_front();
        const HubValue *value = parse(framed);
        if (value && !offer(stream, *value))
            stream.waiting.push_front(framed);
    }
    if (stream.isEnded && stream.waiting.empty())
        finish(stream);
}

void HubUploads::deliver(const Parse &parse)
{
    for (std::size_t i = 0; i < m_streams.size(); ++i)
        deliverOne(*m_streams[i], parse);
    removeFinished();
}

bool HubUploads::isFull(int capacity) const
{
    return std::ranges::any_of(m_streams, [capacity](const auto &stream) {
        return stream->waiting.size() >= static_cast<std::size_t>(capacity);
    });
}

void HubUploads::endAll(QByteArrayView error)
{
    for (const auto &stream : std::exchange(m_streams, {})) {
        stream->error = error.toByteArray();
        finish(*stream);
    }
}

} // namespace hudhud

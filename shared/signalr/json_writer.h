// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_protocol.h"

namespace hudhud {

/// Appends compact JSON (RFC 8259) to a byte array. Commas and colons come by themselves.
/// Ownership: `out` must outlive the writer.
class JsonWriter final : public HubValueWriter
{
public:
    explicit JsonWriter(QByteArray &out)
        : m_out(out)
    {
    }

    void beginArray(qsizetype count) override;
    void endArray() override;
    void beginObject(qsizetype count) override;
    void endObject() override;
    void name(QByteArrayView name) override;
    void string(QByteArrayView text) override;
    void integer(qint64 value) override;
    void real(double value) override;
    void boolean(bool value) override;
    void null() override;
    void json(QByteArrayView text) override;

private:
    void separate();

    QByteArray &m_out;
    bool m_isFirst = true; ///< The next value follows nothing that a comma must part it from.
};

} // namespace hudhud

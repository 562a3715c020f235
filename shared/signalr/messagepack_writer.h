// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_protocol.h"

namespace simdjson::dom {
class element;
class parser;
} // namespace simdjson::dom

namespace hudhud {

/// Appends MessagePack to a byte array, each value in its shortest form. Ownership: what is passed in must outlive the
/// writer; `parser` reads the values that are given as JSON.
class MessagePackWriter final : public HubValueWriter
{
public:
    MessagePackWriter(QByteArray &out, simdjson::dom::parser &parser)
        : m_out(out)
        , m_parser(parser)
    {
    }

    void beginArray(qsizetype count) override;
    void endArray() override { }
    void beginObject(qsizetype count) override;
    void endObject() override { }
    void name(QByteArrayView name) override { string(name); }
    void string(QByteArrayView text) override;
    void integer(qint64 value) override;
    void real(double value) override;
    void boolean(bool value) override;
    void null() override;
    void json(QByteArrayView text) override;

private:
    void element(const simdjson::dom::element &value);
    void tag(quint8 value) { m_out.append(static_cast<char>(value)); }
    template <typename Number> void number(quint8 tag, Number value);
    /// A count or size behind the tag of its width: 0 for tags that do not exist.
    void size(qsizetype value, quint8 tag8, quint8 tag16, quint8 tag32);

    QByteArray &m_out;
    simdjson::dom::parser &m_parser;
};

} // namespace hudhud

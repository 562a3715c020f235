// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>

#include <simdjson.h>

namespace hudhud {

/// Parses request bodies into one reused document. The whole text is checked, also what nobody reads: RFC
/// 8259 syntax, UTF-8, nesting. Thread: one per I/O thread.
class RequestParser
{
public:
    /// Our deepest request has four levels.
    static constexpr int MaximumDepth = 16;

    RequestParser();

    /// The object is valid until the next call. Errors: InvalidRequest that says where and what to do.
    Result<simdjson::dom::object> parse(QByteArrayView body);

private:
    simdjson::dom::parser m_parser;
    const simdjson::error_code m_allocated;
};

} // namespace hudhud

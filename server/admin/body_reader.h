// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "problem.h"

#include <simdjson.h>

#include <optional>
#include <span>
#include <vector>

namespace hudhud {

/// Reads the members of a small JSON body and notes what is wrong with each. Thread: any. Ownership: what is passed in
/// outlives it.
class BodyReader
{
public:
    /// Notes names that are not `known`.
    BodyReader(const simdjson::dom::object &body, std::span<const QByteArrayView> known, FieldProblems &problems);

    /// Nothing when it is missing or wrong.
    std::optional<QByteArray> text(QByteArrayView name, qsizetype maximumBytes) const;
    /// The same; that it is missing or blank is a problem.
    QByteArray requiredText(QByteArrayView name, qsizetype maximumBytes) const;
    std::optional<qint64> number(QByteArrayView name, qint64 minimum, qint64 maximum) const;
    std::optional<Timestamp> time(QByteArrayView name) const;
    std::vector<QByteArray> texts(QByteArrayView name) const;
    FieldProblems &problems() const { return m_problems; }

private:
    std::optional<simdjson::dom::element> find(QByteArrayView name) const;

    const simdjson::dom::object &m_body;
    FieldProblems &m_problems;
};

/// The longest reason that operators may give, in bytes.
inline constexpr qsizetype LongestOperatorReason = 500;
/// Of a body that holds nothing but the member `reason`.
QByteArray readReasonOnly(const simdjson::dom::object &body, FieldProblems &problems);

} // namespace hudhud

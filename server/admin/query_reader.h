// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "problem.h"

#include <QByteArray>

#include <optional>
#include <span>

namespace hudhud {

/// The entries that one answer of a list holds at most.
inline constexpr int MaximumPage = 1'000;

/// Reads the parameters of a query and notes what is wrong with each. Thread: any. Ownership: what is passed in outlives
/// it.
class QueryReader
{
public:
    /// Notes names that are not `known`, and those that are given twice.
    QueryReader(QByteArrayView query, std::span<const QByteArrayView> known, FieldProblems &problems);

    std::optional<QByteArray> text(QByteArrayView name) const;
    std::optional<qint64> number(QByteArrayView name, qint64 minimum, qint64 maximum) const;
    std::optional<Timestamp> time(QByteArrayView name) const;
    /// "true" or "false".
    std::optional<bool> flag(QByteArrayView name) const;
    /// One of `names`: its index.
    std::optional<std::size_t> choice(QByteArrayView name, std::span<const QByteArrayView> names) const;
    FieldProblems &problems() const { return m_problems; }

private:
    QByteArrayView m_query;
    FieldProblems &m_problems;
};

/// Nothing when `text` is no RFC 3339 time with its offset.
std::optional<Timestamp> parseTime(QByteArrayView text);
/// Nothing when `text` is no whole number within the limits.
std::optional<qint64> parseNumber(QByteArrayView text, qint64 minimum, qint64 maximum);
/// In quotation marks, shortened, as valid UTF-8.
QByteArray shown(QByteArrayView text);

} // namespace hudhud

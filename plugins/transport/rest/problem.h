// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "plugin-api/http.h"

#include <QByteArray>

#include <chrono>
#include <optional>
#include <vector>

namespace hudhud {

/// What is wrong with one value of a request. Both are UTF-8.
struct FieldProblem
{
    QByteArray field; ///< "recipient", "messages[3].metadata.colour".
    QByteArray message;
};

/// Everything that is wrong with one message or one request; all of it is counted, the first ones are listed.
class FieldProblems
{
public:
    /// Listed for a request, and for each message of a batch: bounds the size of the answer.
    static constexpr int MaximumPerRequest = 20;
    static constexpr int MaximumPerItem = 5;

    FieldProblems() = default;
    /// For one message of a batch: its fields are named "messages[index].…".
    static FieldProblems ofItem(int index)
    {
        FieldProblems problems;
        problems.m_limit = MaximumPerItem;
        problems.m_item = index;
        return problems;
    }

    /// An empty `field` means the message, or the request, as a whole.
    void add(QByteArrayView field, QByteArray message);
    /// The same for a value that is not wrong in itself, but not this caller's to give.
    void forbid(QByteArrayView field, QByteArray message)
    {
        m_code = ErrorCode::Forbidden;
        add(field, std::move(message));
    }
    bool isEmpty() const { return m_count == 0; }
    /// InvalidField; Forbidden if that is the matter with any value.
    ErrorCode code() const { return m_code; }
    int count() const { return m_count; }
    const std::vector<FieldProblem> &listed() const { return m_listed; }
    /// One sentence for people.
    QByteArray summary() const;

private:
    std::vector<FieldProblem> m_listed;
    std::optional<int> m_item;
    ErrorCode m_code = ErrorCode::InvalidField;
    int m_limit = MaximumPerRequest;
    int m_count = 0;
};

/// Appends a problem object (RFC 9457) with our members `code`, `class` and, for validation, `errors`.
void appendProblem(QByteArray &out, const Error &error);
void appendProblem(QByteArray &out, const FieldProblems &problems);

/// The whole answer, with the status of the code and the headers that go with it: WWW-Authenticate (RFC 6750,
/// section 3) for 401 and for values that are forbidden, Retry-After for 429 and 503.
HttpResponse problemResponse(const Error &error, std::chrono::seconds retryAfter);
HttpResponse problemResponse(const FieldProblems &problems);

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "key_allowance.h"

#include "problem.h"

namespace hudhud {

namespace {

void appendLimit(QByteArray &policy, QByteArray &state, QByteArrayView name, const std::optional<LimitState> &limit)
{
    if (!limit)
        return;
    for (QByteArray *list : {&policy, &state}) {
        list->append(list->isEmpty() ? "\"" : ", \"").append(name).append('"');
    }
    policy.append(";q=").append(QByteArray::number(limit->limit));
    policy.append(";w=").append(QByteArray::number(qint64(limit->window.count())));
    state.append(";r=").append(QByteArray::number(limit->remaining));
    state.append(";t=").append(QByteArray::number(qint64(limit->resetAfter.count())));
}

} // namespace

KeyAllowance::KeyAllowance(SendLimits &limits, const ApiKeyIdentity &identity)
    : m_limits(&limits)
    , m_key{.apiKeyId = identity.id,
            .messagesPerSecond = identity.messagesPerSecond,
            .messagesPerDay = identity.messagesPerDay}
{
    if (!limits.isLimited(m_key))
        m_limits = nullptr;
}

std::optional<LimitRefusal> KeyAllowance::check() const
{
    return m_limits ? m_limits->check(m_key) : std::nullopt;
}

std::optional<LimitRefusal> KeyAllowance::take(qint64 messages) const
{
    return m_limits ? m_limits->take(m_key, messages) : std::nullopt;
}

void KeyAllowance::giveBack(qint64 messages) const
{
    if (m_limits)
        m_limits->giveBack(m_key, messages);
}

void KeyAllowance::describe(HttpResponse &response) const
{
    if (!m_limits)
        return;
    const KeyLimits limits = m_limits->limitsOf(m_key);
    QByteArray policy;
    QByteArray state;
    appendLimit(policy, state, "second", limits.rate);
    appendLimit(policy, state, "day", limits.quota);
    if (policy.isEmpty())
        return;
    response.headers.emplace_back("RateLimit-Policy", std::move(policy));
    response.headers.emplace_back("RateLimit", std::move(state));
}

HttpResponse KeyAllowance::refusalResponse(const LimitRefusal &refusal) const
{
    HttpResponse response = problemResponse(refusal.error, refusal.retryAfter);
    describe(response);
    return response;
}

} // namespace hudhud

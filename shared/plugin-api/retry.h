// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "plugin-api/plugin.h"

#include <QtPlugin>

#include <chrono>
#include <memory>
#include <optional>

namespace hudhud {

/// Decides when a failed attempt is tried again. Pure beside its random numbers, no I/O.
/// Thread: `nextDelay` any thread, concurrently.
class RetryPolicy : public Plugin
{
public:
    /// `attempt`: how many attempts have failed, 1 or more. Result: how long to wait, or nothing to give up.
    /// Permanent and Business errors are always given up.
    virtual std::optional<std::chrono::milliseconds> nextDelay(int attempt, ErrorClass errorClass) const = 0;
};

class RetryPolicyFactory
{
public:
    virtual ~RetryPolicyFactory() = default;
    virtual std::unique_ptr<RetryPolicy> create() = 0;
};

} // namespace hudhud

#define HudhudRetryPolicyFactory_iid "org.hudhud.plugin.retry/1"
Q_DECLARE_INTERFACE(hudhud::RetryPolicyFactory, HudhudRetryPolicyFactory_iid)

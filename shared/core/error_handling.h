// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/message.h"

namespace hudhud {

/// What is done about a failure. The one table of it: whoever meets a failure asks here instead of judging by codes.
///
/// | class     | tried again  | dead letter       | breaker and alarm | told to the caller |
/// |-----------|--------------|-------------------|-------------------|--------------------|
/// | Transient | with backoff | when that gave up | no                | as "try again"     |
/// | Permanent | no           | at once           | no                | no                 |
/// | System    | with backoff | when that gave up | yes               | as "try again"     |
/// | Business  | no           | no                | no                | as his to mend     |
struct ErrorHandling
{
    bool isRetried = false;      ///< A retry policy names the wait, until it gives up.
    bool isDeadLettered = false; ///< At once, with reason and class.
    bool isAlarming = false;     ///< Counts against the dependency: its breaker, its failure metrics.
    bool isCallersToMend = false; ///< A 4xx answer; the message was never taken.

    friend bool operator==(const ErrorHandling &, const ErrorHandling &) = default;
};

constexpr ErrorHandling errorHandling(ErrorClass errorClass)
{
    switch (errorClass) {
    case ErrorClass::Transient:
        return {.isRetried = true};
    case ErrorClass::Permanent:
        return {.isDeadLettered = true};
    case ErrorClass::System:
        return {.isRetried = true, .isAlarming = true};
    case ErrorClass::Business:
        return {.isCallersToMend = true};
    }
    return {.isDeadLettered = true};
}

/// The class of the failure that a dead letter ended with: what the phone or the clock decided for good is permanent,
/// missing acknowledgements are not.
constexpr ErrorClass errorClassOf(DeadLetterReason reason)
{
    switch (reason) {
    case DeadLetterReason::AttemptsUsedUp:
    case DeadLetterReason::DeliveryLimit:
    case DeadLetterReason::Superseded:
        return ErrorClass::Transient;
    case DeadLetterReason::Rejected:
    case DeadLetterReason::Expired:
    case DeadLetterReason::PermanentError:
        break;
    }
    return ErrorClass::Permanent;
}

} // namespace hudhud

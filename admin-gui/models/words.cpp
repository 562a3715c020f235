// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/words.h"

#include <QtGlobal>

#include <algorithm>
#include <array>

namespace hudhud::console {

namespace {

constexpr std::array Words{
    // What became of a message.
    Word{"Queued", QT_TRANSLATE_NOOP("Words", "queued")},
    Word{"Processing", QT_TRANSLATE_NOOP("Words", "on its way")},
    Word{"Delivered", QT_TRANSLATE_NOOP("Words", "delivered"), Level::Good},
    Word{"Failed", QT_TRANSLATE_NOOP("Words", "failed, to be retried"), Level::Warning},
    Word{"DeadLetter", QT_TRANSLATE_NOOP("Words", "dead letter"), Level::Bad},
    Word{"Discarded", QT_TRANSLATE_NOOP("Words", "discarded")},
    // Why it died, and the class of the failure.
    Word{"attempts-used-up", QT_TRANSLATE_NOOP("Words", "not acknowledged, attempts used up")},
    Word{"delivery-limit", QT_TRANSLATE_NOOP("Words", "delivery limit reached")},
    Word{"rejected", QT_TRANSLATE_NOOP("Words", "rejected by the app")},
    Word{"expired", QT_TRANSLATE_NOOP("Words", "expired")},
    Word{"superseded", QT_TRANSLATE_NOOP("Words", "superseded")},
    Word{"permanent-error", QT_TRANSLATE_NOOP("Words", "permanent error")},
    Word{"transient", QT_TRANSLATE_NOOP("Words", "transient")},
    Word{"permanent", QT_TRANSLATE_NOOP("Words", "permanent")},
    Word{"system", QT_TRANSLATE_NOOP("Words", "system")},
    Word{"business", QT_TRANSLATE_NOOP("Words", "business")},
    // Why a job leaves a message alone.
    Word{"gone", QT_TRANSLATE_NOOP("Words", "no longer stored")},
    Word{"not-dead", QT_TRANSLATE_NOOP("Words", "no dead letter any more")},
    Word{"discarded", QT_TRANSLATE_NOOP("Words", "discarded")},
    Word{"not-discarded", QT_TRANSLATE_NOOP("Words", "not discarded")},
    // Priorities.
    Word{"Low", QT_TRANSLATE_NOOP("Words", "low")},
    Word{"Normal", QT_TRANSLATE_NOOP("Words", "normal")},
    Word{"High", QT_TRANSLATE_NOOP("Words", "high")},
    Word{"Critical", QT_TRANSLATE_NOOP("Words", "critical")},
    // Jobs.
    Word{"replay", QT_TRANSLATE_NOOP("Words", "replay")},
    Word{"discard", QT_TRANSLATE_NOOP("Words", "discard")},
    Word{"restore", QT_TRANSLATE_NOOP("Words", "restore")},
    Word{"running", QT_TRANSLATE_NOOP("Words", "running"), Level::Good},
    Word{"paused", QT_TRANSLATE_NOOP("Words", "paused"), Level::Warning},
    Word{"stopped", QT_TRANSLATE_NOOP("Words", "stopped"), Level::Bad},
    Word{"completed", QT_TRANSLATE_NOOP("Words", "completed")},
    Word{"cancelled", QT_TRANSLATE_NOOP("Words", "cancelled")},
    // Nodes, plugins, health.
    Word{"healthy", QT_TRANSLATE_NOOP("Words", "healthy"), Level::Good},
    Word{"degraded", QT_TRANSLATE_NOOP("Words", "degraded"), Level::Warning},
    Word{"unhealthy", QT_TRANSLATE_NOOP("Words", "unhealthy"), Level::Bad},
    Word{"offline", QT_TRANSLATE_NOOP("Words", "offline"), Level::Bad},
    Word{"draining", QT_TRANSLATE_NOOP("Words", "draining"), Level::Warning},
    Word{"started", QT_TRANSLATE_NOOP("Words", "started"), Level::Good},
    Word{"loaded", QT_TRANSLATE_NOOP("Words", "loaded")},
    Word{"read", QT_TRANSLATE_NOOP("Words", "read")},
    Word{"resolved", QT_TRANSLATE_NOOP("Words", "resolved")},
    Word{"configured", QT_TRANSLATE_NOOP("Words", "configured")},
    Word{"failed", QT_TRANSLATE_NOOP("Words", "failed"), Level::Bad},
    Word{"ok", QT_TRANSLATE_NOOP("Words", "done"), Level::Good},
    Word{"forbidden", QT_TRANSLATE_NOOP("Words", "forbidden"), Level::Bad},
    Word{"Connected", QT_TRANSLATE_NOOP("Words", "connected"), Level::Good},
    Word{"Idle", QT_TRANSLATE_NOOP("Words", "idle")},
    Word{"Reconnecting", QT_TRANSLATE_NOOP("Words", "reconnecting"), Level::Warning},
    Word{"Disconnected", QT_TRANSLATE_NOOP("Words", "not connected")},
    Word{"active", QT_TRANSLATE_NOOP("Words", "active"), Level::Good},
    Word{"revoked", QT_TRANSLATE_NOOP("Words", "revoked")},
    // Circuit breakers.
    Word{"closed", QT_TRANSLATE_NOOP("Words", "closed"), Level::Good},
    Word{"open", QT_TRANSLATE_NOOP("Words", "open"), Level::Bad},
    Word{"half-open", QT_TRANSLATE_NOOP("Words", "half-open"), Level::Warning},
    // Contradictions in the store.
    Word{"not-queued", QT_TRANSLATE_NOOP("Words", "pending, but in no queue")},
    Word{"stray-queue-entry", QT_TRANSLATE_NOOP("Words", "queue entry without a message")},
    Word{"stray-state", QT_TRANSLATE_NOOP("Words", "state without a message")},
    Word{"status-differs", QT_TRANSLATE_NOOP("Words", "events do not lead to the status")},
    Word{"abandoned-lease", QT_TRANSLATE_NOOP("Words", "lease that nobody renews")},
};

} // namespace

const Word *findWord(const QString &word)
{
    const auto found = std::find_if(Words.begin(), Words.end(),
                                    [&word](const Word &known) { return word == QLatin1String(known.word); });
    return found == Words.end() ? nullptr : &*found;
}

} // namespace hudhud::console

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "signalr/gradual_close.h"
#include "signalr/hub_close.h"
#include "signalr/hub_protocol.h"
#include "signalr/hub_settings.h"
#include "signalr/intrusive_link.h"
#include "signalr/loop_port.h"

#include <QObject>
#include <QTimer>

#include <array>
#include <memory>
#include <vector>

namespace hudhud {

class HubConnection;

/// All hub connections of one I/O thread: their protocols, their limits, one tick a second for every
/// deadline, and one flush at the end of a loop turn. Deadlines stand in a wheel of one-second slots that is
/// corrected lazily, so an idle connection is looked at only when its next ping is due. Thread: the I/O
/// thread. Ownership: ends all its connections when destroyed.
class HubConnectionGroup
{
public:
    HubConnectionGroup(const HubSettings &settings, const Clock &clock);
    ~HubConnectionGroup();
    HubConnectionGroup(const HubConnectionGroup &) = delete;
    HubConnectionGroup &operator=(const HubConnectionGroup &) = delete;

    const HubSettings &settings() const { return m_settings; }
    /// Makes a protocol known to handshakes.
    void addProtocol(std::unique_ptr<HubProtocol> protocol);
    /// Null when there is none of that name.
    HubProtocol *findProtocol(QByteArrayView name) const;

    /// The door to this thread, for those on other threads.
    const std::shared_ptr<LoopPort> &port() const { return m_port; }
    /// Starts the tick; needs an event loop.
    void start();
    /// Brings the deadlines up to the clock; what the timer calls.
    void tick();
    /// What the end of the loop turn calls.
    void flush();
    /// Closes every connection and sends what that takes, at once.
    void closeAll(HubCloseCause cause);
    /// The same for those that are open now, evenly within that time.
    void closeGradually(HubCloseCause cause, std::chrono::milliseconds within);
    /// The same for these. What is left of an earlier call is not closed any more.
    void closeGradually(std::vector<std::weak_ptr<HubConnection>> connections, HubCloseCause cause,
                        std::chrono::milliseconds within);

private:
    friend class HubConnection;

    /// Whole seconds since the group began, as of the last tick.
    quint32 now() const { return m_now; }
    /// What the wall clock showed at that tick, if it was not set since.
    Timestamp timeOf(quint32 tick) const { return m_startedAt + std::chrono::seconds(tick); }
    /// The first tick that is not before `time`; never 0.
    quint32 tickOf(Timestamp time) const;
    static quint32 toTicks(std::chrono::milliseconds duration);
    void schedule(HubConnection &connection, quint32 due);
    void scheduleFlush(std::shared_ptr<HubConnection> connection);
    void advance();

    static constexpr std::size_t SlotCount = 64;

    HubSettings m_settings;
    const Clock &m_clock;
    SteadyTime m_lastTick;
    const Timestamp m_startedAt;
    std::shared_ptr<LoopPort> m_port;
    quint32 m_now = 0;
    std::vector<std::unique_ptr<HubProtocol>> m_protocols;
    std::array<IntrusiveLink, SlotCount> m_slots;
    std::vector<std::shared_ptr<HubConnection>> m_unflushed;
    bool m_isFlushPosted = false;
    QTimer m_timer;
    std::unique_ptr<GradualClose> m_gradualClose; ///< Null until asked for.
    HubMessage m_message; ///< Reused by all connections while they parse.
};

} // namespace hudhud

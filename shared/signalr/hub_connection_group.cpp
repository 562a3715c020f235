// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_connection_group.h"

#include "signalr/hub_connection.h"

#include <algorithm>
#include <utility>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr auto TickInterval = 1s;
/// A loop that stood still for longer than this does not hold the rest of the time against its clients, whose
/// bytes wait in the kernel.
constexpr int MaximumTicksAtOnce = 5;

} // namespace

HubConnectionGroup::HubConnectionGroup(const HubSettings &settings, const Clock &clock)
    : m_settings(settings)
    , m_clock(clock)
    , m_lastTick(clock.steadyNow())
    , m_startedAt(clock.now())
    , m_port(std::make_shared<LoopPort>())
{
    m_timer.setInterval(TickInterval);
    m_timer.setTimerType(Qt::CoarseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { tick(); });
}

HubConnectionGroup::~HubConnectionGroup()
{
    m_port->close();
    for (IntrusiveLink &slot : m_slots) {
        while (slot.isLinked()) {
            const auto connection = static_cast<HubConnection *>(slot.next())->shared_from_this();
            connection->abandon();
        }
    }
}

void HubConnectionGroup::addProtocol(std::unique_ptr<HubProtocol> protocol)
{
    m_protocols.push_back(std::move(protocol));
}

HubProtocol *HubConnectionGroup::findProtocol(QByteArrayView name) const
{
    const auto found
        = std::ranges::find_if(m_protocols, [name](const auto &own) { return own->name() == name; });
    return found == m_protocols.end() ? nullptr : found->get();
}

void HubConnectionGroup::start()
{
    m_timer.start();
}

quint32 HubConnectionGroup::toTicks(std::chrono::milliseconds duration)
{
    return static_cast<quint32>(std::chrono::ceil<std::chrono::seconds>(duration).count());
}

quint32 HubConnectionGroup::tickOf(Timestamp time) const
{
    constexpr qint64 farAway = 1U << 30U; // Seconds; tokens that never end must not overflow the tick.
    const auto distance = std::chrono::ceil<std::chrono::seconds>(time - m_clock.now());
    return std::max<quint32>(m_now + static_cast<quint32>(std::clamp<qint64>(distance.count(), 0, farAway)), 1);
}

void HubConnectionGroup::tick()
{
    const auto elapsed = m_clock.steadyNow() - m_lastTick;
    const auto ticks = std::chrono::floor<std::chrono::seconds>(elapsed);
    m_lastTick += ticks;
    const auto count = std::min<qint64>(ticks.count(), MaximumTicksAtOnce);
    for (qint64 i = 0; i < count; ++i)
        advance();
    flush();
}

void HubConnectionGroup::advance()
{
    ++m_now;
    IntrusiveLink due;
    due.takeAll(m_slots[m_now % SlotCount]);
    while (due.isLinked()) {
        auto *connection = static_cast<HubConnection *>(due.next());
        schedule(*connection, connection->checkDeadlines(m_now));
    }
}

void HubConnectionGroup::schedule(HubConnection &connection, quint32 due)
{
    // What is further away than the wheel turns is looked at once in between.
    const quint32 distance = std::clamp<quint32>(due > m_now ? due - m_now : 0, 1, SlotCount - 1);
    connection.linkTo(m_slots[(m_now + distance) % SlotCount]);
}

void HubConnectionGroup::scheduleFlush(std::shared_ptr<HubConnection> connection)
{
    m_unflushed.push_back(std::move(connection));
    if (!std::exchange(m_isFlushPosted, true))
        QMetaObject::invokeMethod(
            &m_timer, [this] { flush(); }, Qt::QueuedConnection);
}

void HubConnectionGroup::flush()
{
    m_isFlushPosted = false;
    std::vector<std::shared_ptr<HubConnection>> connections;
    connections.swap(m_unflushed);
    for (const std::shared_ptr<HubConnection> &connection : connections)
        connection->flush();
    connections.clear();
    if (m_unflushed.empty())
        m_unflushed.swap(connections); // Keeps the allocation.
}

void HubConnectionGroup::closeAll(HubCloseCause cause)
{
    for (IntrusiveLink &slot : m_slots) {
        for (IntrusiveLink *link = slot.next(); link != &slot; link = link->next())
            static_cast<HubConnection *>(link)->close(cause);
    }
    flush();
}

void HubConnectionGroup::closeGradually(HubCloseCause cause, std::chrono::milliseconds within)
{
    std::vector<std::weak_ptr<HubConnection>> connections;
    for (IntrusiveLink &slot : m_slots) {
        for (IntrusiveLink *link = slot.next(); link != &slot; link = link->next())
            connections.push_back(static_cast<HubConnection *>(link)->weak_from_this());
    }
    closeGradually(std::move(connections), cause, within);
}

void HubConnectionGroup::closeGradually(std::vector<std::weak_ptr<HubConnection>> connections, HubCloseCause cause,
                                        std::chrono::milliseconds within)
{
    m_gradualClose = std::make_unique<GradualClose>(std::move(connections), cause, within, m_clock);
}

} // namespace hudhud

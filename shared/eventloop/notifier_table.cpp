// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/notifier_table.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <unistd.h>
#include <utility>

namespace hudhud {

namespace {

constexpr quint8 ReadBit = 1 << QSocketNotifier::Read;
constexpr quint8 WriteBit = 1 << QSocketNotifier::Write;
constexpr quint8 ExceptionBit = 1 << QSocketNotifier::Exception;

/// More ready descriptors than this are taken in the next turn, after timers and posted events had theirs.
constexpr int MaximumEventsPerTurn = 1024;
constexpr quint64 WakeUpKey = std::numeric_limits<quint64>::max();

quint64 entryKey(int descriptor, quint32 generation)
{
    return quint64(generation) << 32 | quint32(descriptor);
}

quint32 toEpollEvents(quint8 types)
{
    return (types & ReadBit ? quint32(EPOLLIN) : 0) | (types & WriteBit ? quint32(EPOLLOUT) : 0)
        | (types & ExceptionBit ? quint32(EPOLLPRI) : 0);
}

/// As with poll() in Qt's own dispatcher, an error or a hang-up is everyone's business.
quint8 toTypes(quint32 epollEvents)
{
    if (epollEvents & (EPOLLHUP | EPOLLERR))
        return ReadBit | WriteBit | ExceptionBit;
    return quint8((epollEvents & EPOLLIN ? ReadBit : 0) | (epollEvents & EPOLLOUT ? WriteBit : 0)
                  | (epollEvents & EPOLLPRI ? ExceptionBit : 0));
}

void warnAboutSecondNotifier(int descriptor, int type)
{
    qWarning("Event loop: a second socket notifier of type %d on descriptor %d; disable the first one before "
             "closing its descriptor",
             type, descriptor);
}

} // namespace

quint8 NotifierTable::Descriptor::wanted() const
{
    return quint8((notifiers[QSocketNotifier::Read] ? ReadBit : 0)
                  | (notifiers[QSocketNotifier::Write] ? WriteBit : 0)
                  | (notifiers[QSocketNotifier::Exception] ? ExceptionBit : 0));
}

NotifierTable::NotifierTable(int wakeUpDescriptor)
    : m_wakeUpDescriptor(wakeUpDescriptor)
    , m_events(MaximumEventsPerTurn)
{
    openEpoll();
}

NotifierTable::~NotifierTable()
{
    ::close(m_epoll);
}

void NotifierTable::openEpoll()
{
    m_epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = WakeUpKey;
    if (m_epoll < 0 || ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUpDescriptor, &event) < 0)
        qFatal("The event loop cannot create its epoll set: %s", std::strerror(errno));
}

void NotifierTable::add(QSocketNotifier *notifier)
{
    const int descriptor = int(notifier->socket());
    if (descriptor >= int(m_descriptors.size()))
        m_descriptors.resize(std::max<std::size_t>(descriptor + 1, m_descriptors.size() * 2));

    Descriptor &entry = m_descriptors[descriptor];
    QSocketNotifier *&place = entry.notifiers[notifier->type()];
    if (place && place != notifier) {
        warnAboutSecondNotifier(descriptor, notifier->type());
        entry.isSuspect = true;
        entry.ready &= TypeBits(~(1 << notifier->type()));
    }
    place = notifier;
    markChanged(descriptor);
}

void NotifierTable::remove(QSocketNotifier *notifier)
{
    const int descriptor = int(notifier->socket());
    if (descriptor < 0 || descriptor >= int(m_descriptors.size()))
        return;
    Descriptor &entry = m_descriptors[descriptor];
    QSocketNotifier *&place = entry.notifiers[notifier->type()];
    if (!place)
        return;
    if (place != notifier) {
        warnAboutSecondNotifier(descriptor, notifier->type());
        return;
    }
    place = nullptr;
    entry.ready &= TypeBits(~(1 << notifier->type()));
    if (notifier->type() == QSocketNotifier::Write)
        entry.isProbed = false;
    if (entry.wanted() == 0)
        detach(descriptor);
    else
        markChanged(descriptor);
}

void NotifierTable::markChanged(int descriptor)
{
    if (!std::exchange(m_descriptors[descriptor].isChanged, true))
        m_changed.push_back(descriptor);
}

void NotifierTable::markReady(int descriptor, TypeBits types)
{
    Descriptor &entry = m_descriptors[descriptor];
    types &= entry.wanted();
    if (types == 0)
        return;
    entry.ready |= types;
    if (!std::exchange(entry.isQueued, true))
        m_queue.push_back(descriptor);
}

/// Fails when the descriptor has been closed already, which is no harm: the kernel forgot it then.
void NotifierTable::detach(int descriptor)
{
    Descriptor &entry = m_descriptors[descriptor];
    if (entry.watched != 0)
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    if (std::exchange(entry.isAlwaysReady, false))
        std::erase(m_alwaysReady, descriptor);
    entry.watched = 0;
    entry.isSuspect = false;
}

void NotifierTable::applyChanges()
{
    if (m_changed.empty())
        return;
    m_applying.swap(m_changed);
    for (const int descriptor : m_applying) {
        m_descriptors[descriptor].isChanged = false;
        applyChange(descriptor);
    }
    m_applying.clear();
    if (!m_probes.empty())
        probeWritable();
}

void NotifierTable::applyChange(int descriptor)
{
    Descriptor &entry = m_descriptors[descriptor];
    const TypeBits wanted = entry.wanted();
    if (wanted == 0 || entry.isAlwaysReady || (wanted == entry.watched && !entry.isSuspect))
        return;
    const bool wantsWriteToo = entry.watched != 0 && wanted == (entry.watched | WriteBit);
    if (wantsWriteToo && !entry.isSuspect && !std::exchange(entry.isProbed, true))
        m_probes.push_back({descriptor, POLLOUT, 0});
    else
        watch(descriptor);
}

/// A socket that starts to write mostly can, and is done when it has. One poll() for all of them spares the
/// two changes of each one's epoll entry. Who is still interested in the next turn is watched by epoll from
/// then on.
void NotifierTable::probeWritable()
{
    if (::poll(m_probes.data(), nfds_t(m_probes.size()), 0) < 0)
        std::ranges::for_each(m_probes, [](pollfd &probe) { probe.revents = 0; });
    for (const pollfd &probe : m_probes) {
        if (probe.revents & (POLLOUT | POLLHUP | POLLERR)) {
            markReady(probe.fd, WriteBit);
            markChanged(probe.fd);
        } else {
            watch(probe.fd);
        }
    }
    m_probes.clear();
}

/// Makes the epoll set watch what is wanted, whichever file the descriptor stands for by now.
void NotifierTable::watch(int descriptor)
{
    Descriptor &entry = m_descriptors[descriptor];
    const TypeBits wanted = entry.wanted();
    entry.isSuspect = false;
    bool isWatched = entry.watched != 0 && control(EPOLL_CTL_MOD, descriptor, wanted);
    if (!isWatched && (entry.watched == 0 || errno == ENOENT)) {
        ++entry.generation;
        isWatched = control(EPOLL_CTL_ADD, descriptor, wanted)
            || (errno == EEXIST && control(EPOLL_CTL_MOD, descriptor, wanted));
    }
    if (isWatched) {
        entry.watched = wanted;
        return;
    }
    const int error = errno;
    entry.watched = 0;
    if (error == EPERM) {
        entry.isAlwaysReady = true;
        m_alwaysReady.push_back(descriptor);
    } else {
        disableAll(descriptor, error);
    }
}

bool NotifierTable::control(int operation, int descriptor, TypeBits types)
{
    epoll_event event{};
    event.events = toEpollEvents(types);
    event.data.u64 = entryKey(descriptor, m_descriptors[descriptor].generation);
    return ::epoll_ctl(m_epoll, operation, descriptor, &event) == 0;
}

void NotifierTable::disableAll(int descriptor, int error)
{
    qWarning("Event loop: cannot watch descriptor %d (%s); its socket notifiers are disabled", descriptor,
             std::strerror(error));
    const auto notifiers = m_descriptors[descriptor].notifiers;
    for (QSocketNotifier *notifier : notifiers) {
        if (notifier)
            notifier->setEnabled(false);
    }
}

void NotifierTable::wait(int timeout)
{
    applyChanges();
    if (m_queueHead < m_queue.size() || !m_alwaysReady.empty())
        timeout = 0;
    const int count = ::epoll_wait(m_epoll, m_events.data(), MaximumEventsPerTurn, timeout);
    for (int i = 0; i < count; ++i)
        handle(m_events[i]);
    for (const int descriptor : m_alwaysReady)
        markReady(descriptor, ReadBit | WriteBit);
    if (std::exchange(m_hasStaleEntry, false))
        rebuild();
}

void NotifierTable::handle(const epoll_event &event)
{
    if (event.data.u64 == WakeUpKey)
        return;
    const int descriptor = int(event.data.u64 & 0xFFFFFFFF);
    const Descriptor &entry = m_descriptors[descriptor];
    if (entry.watched == 0 || event.data.u64 != entryKey(descriptor, entry.generation))
        m_hasStaleEntry = true;
    else
        markReady(descriptor, toTypes(event.events));
}

/// A descriptor closed before its notifiers were disabled leaves its entry behind if a duplicate keeps the
/// file open. Nothing but a new set gets rid of that, and it would make every wait return at once.
void NotifierTable::rebuild()
{
    ::close(m_epoll);
    openEpoll();
    for (int descriptor = 0; descriptor < int(m_descriptors.size()); ++descriptor) {
        if (std::exchange(m_descriptors[descriptor].watched, 0) != 0)
            watch(descriptor);
    }
}

int NotifierTable::activate()
{
    QEvent event(QEvent::SockAct);
    int activated = 0;
    while (m_queueHead < m_queue.size()) {
        // Not kept over the event: handlers add, remove, and run nested loops.
        Descriptor &entry = m_descriptors[m_queue[m_queueHead]];
        if (entry.ready == 0) {
            entry.isQueued = false;
            ++m_queueHead;
            continue;
        }
        const int type = std::countr_zero(entry.ready);
        entry.ready &= TypeBits(entry.ready - 1);
        QCoreApplication::sendEvent(entry.notifiers[type], &event);
        ++activated;
    }
    m_queue.clear();
    m_queueHead = 0;
    return activated;
}

} // namespace hudhud

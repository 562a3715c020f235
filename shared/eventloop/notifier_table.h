// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>

#include <array>
#include <poll.h>
#include <sys/epoll.h>
#include <vector>

namespace hudhud {

/// The socket notifiers of one event loop and the level-triggered epoll set that watches their descriptors.
/// A turn costs in proportion to the descriptors that are ready or changed their interest, however many there
/// are. Changes of interest are applied before the wait, so that a notifier switched on and off within a turn
/// costs no system call; only the last notifier of a descriptor leaves at once, because its descriptor may be
/// closed next. Thread: the loop's thread. Notifiers are not owned.
class NotifierTable
{
public:
    /// Watches `wakeUpDescriptor` edge-triggered along with the notifiers, only to end the wait.
    explicit NotifierTable(int wakeUpDescriptor);
    ~NotifierTable();
    NotifierTable(const NotifierTable &) = delete;
    NotifierTable &operator=(const NotifierTable &) = delete;

    void add(QSocketNotifier *notifier);
    void remove(QSocketNotifier *notifier);
    /// Waits until a descriptor is ready or the wake-up comes. Milliseconds; -1 for ever, 0 not at all.
    void wait(int timeout);
    /// Sends each ready notifier its event and returns how many. May be entered again from a handler; the
    /// inner call then takes over what the outer one had left.
    int activate();

private:
    static constexpr int TypeCount = 3;
    using TypeBits = quint8; ///< 1 << QSocketNotifier::Type.

    struct Descriptor
    {
        std::array<QSocketNotifier *, TypeCount> notifiers{};
        quint32 generation = 0; ///< Tells the current epoll entry from one left behind by an earlier file.
        TypeBits watched = 0; ///< What the epoll set knows; 0: it has no entry.
        TypeBits ready = 0; ///< Waiting for activation.
        bool isQueued = false; ///< Stands in m_queue.
        bool isChanged = false; ///< Stands in m_changed.
        bool isSuspect = false; ///< May be another file by now: the epoll entry has to be renewed.
        bool isProbed = false; ///< Write interest has been asked about with poll() since it was switched on.
        bool isAlwaysReady = false; ///< A regular file, which epoll refuses; stands in m_alwaysReady.

        TypeBits wanted() const;
    };

    void openEpoll();
    void markChanged(int descriptor);
    void markReady(int descriptor, TypeBits types);
    void detach(int descriptor);
    void applyChanges();
    void applyChange(int descriptor);
    void probeWritable();
    void watch(int descriptor);
    bool control(int operation, int descriptor, TypeBits types);
    void disableAll(int descriptor, int error);
    void handle(const epoll_event &event);
    void rebuild();

    int m_epoll = -1;
    int m_wakeUpDescriptor;
    std::vector<Descriptor> m_descriptors; ///< By descriptor number.
    std::vector<int> m_changed;
    std::vector<int> m_applying; ///< m_changed of the turn being applied.
    std::vector<pollfd> m_probes;
    std::vector<int> m_alwaysReady;
    std::vector<int> m_queue; ///< Descriptors with ready notifiers, first in, first out.
    std::size_t m_queueHead = 0;
    bool m_hasStaleEntry = false;
    std::vector<epoll_event> m_events;
};

} // namespace hudhud

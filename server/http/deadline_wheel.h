// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <array>
#include <chrono>

namespace hudhud {

/// Something that may time out; linked into a DeadlineWheel while a deadline is set. Not movable; unlinks
/// itself when destroyed.
class DeadlineEntry
{
public:
    DeadlineEntry() = default;
    virtual ~DeadlineEntry() { unlink(); }
    DeadlineEntry(const DeadlineEntry &) = delete;
    DeadlineEntry &operator=(const DeadlineEntry &) = delete;

protected:
    /// Called once per deadline, from DeadlineWheel::advance; may set, clear or destroy any entry.
    virtual void deadlineExpired() = 0;

private:
    friend class DeadlineWheel;
    void unlink();
    void linkBefore(DeadlineEntry &position);

    DeadlineEntry *m_previous = nullptr;
    DeadlineEntry *m_next = nullptr;
    quint64 m_dueTick = 0;
};

/// Deadlines of all connections of one endpoint on one thread: setting one costs a few pointers, and one
/// coarse timer drives them all. Thread: one. A deadline is met late by up to two ticks, never early.
class DeadlineWheel
{
public:
    static constexpr std::chrono::milliseconds Tick{50};

    DeadlineWheel();
    ~DeadlineWheel();

    /// Replaces the deadline that the entry has.
    void set(DeadlineEntry &entry, std::chrono::milliseconds fromNow);
    void clear(DeadlineEntry &entry) { entry.unlink(); }
    /// Lets everything expire that is due at `now`.
    void advance(std::chrono::steady_clock::time_point now);

private:
    class Anchor : public DeadlineEntry
    {
    public:
        Anchor();
        bool isEmpty() const;

    protected:
        void deadlineExpired() override {}
    };

    void collectDue(Anchor &bucket, Anchor &due);

    std::array<Anchor, 1024> m_buckets;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    quint64 m_tick = 0;
};

} // namespace hudhud

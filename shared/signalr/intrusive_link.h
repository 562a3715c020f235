// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace hudhud {

/// A place in a circular list whose nodes are the members themselves: no allocation, and leaving costs the
/// same wherever one stands. A list is a link that is no member. Leaves by itself when destroyed.
class IntrusiveLink
{
public:
    IntrusiveLink() = default;
    IntrusiveLink(const IntrusiveLink &) = delete;
    IntrusiveLink &operator=(const IntrusiveLink &) = delete;
    ~IntrusiveLink() { unlink(); }

    bool isLinked() const { return m_next != this; }
    IntrusiveLink *next() const { return m_next; }

    void unlink()
    {
        m_previous->m_next = m_next;
        m_next->m_previous = m_previous;
        m_previous = m_next = this;
    }
    /// Joins the end of `list`, leaving where it was.
    void linkTo(IntrusiveLink &list)
    {
        unlink();
        m_previous = list.m_previous;
        m_next = &list;
        m_previous->m_next = this;
        list.m_previous = this;
    }
    /// Takes over all members of `other`, in front of none of its own: this list must be empty.
    void takeAll(IntrusiveLink &other)
    {
        if (!other.isLinked())
            return;
        linkTo(other);
        other.unlink();
    }

private:
    IntrusiveLink *m_previous = this;
    IntrusiveLink *m_next = this;
};

} // namespace hudhud

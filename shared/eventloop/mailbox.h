// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QEvent>
#include <QObject>

#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace hudhud {

/// Carries batches of T to one thread: many producers, drained once per loop turn, one wake-up while it is
/// not empty. Thread: constructed and destroyed on the receiving thread, which runs an event loop; `post`
/// from any thread. Order: items of one producer arrive in the order of its posts. Items still inside at
/// destruction are dropped. Bounds: the mailbox has none of its own; producers post only what an upstream
/// limit admitted.
template <typename T> class Mailbox
{
public:
    using Handler = std::move_only_function<void(std::vector<T> &&)>;

    explicit Mailbox(Handler handler)
        : m_receiver(*this)
        , m_handler(std::move(handler))
    {
    }
    Mailbox(const Mailbox &) = delete;
    Mailbox &operator=(const Mailbox &) = delete;

    void post(T item)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_items.push_back(std::move(item));
            if (std::exchange(m_isArmed, true))
                return;
        }
        QCoreApplication::postEvent(&m_receiver, new QEvent(QEvent::User), Qt::HighEventPriority);
    }

    void post(std::vector<T> &&items)
    {
        if (items.empty())
            return;
        {
            const std::scoped_lock lock(m_mutex);
            if (m_items.empty())
                m_items.swap(items);
            else
                m_items.insert(m_items.end(), std::make_move_iterator(items.begin()),
                               std::make_move_iterator(items.end()));
            if (std::exchange(m_isArmed, true))
                return;
        }
        QCoreApplication::postEvent(&m_receiver, new QEvent(QEvent::User), Qt::HighEventPriority);
    }

private:
    class Receiver : public QObject
    {
    public:
        explicit Receiver(Mailbox &mailbox)
            : m_mailbox(mailbox)
        {
        }
        bool event(QEvent *event) override
        {
            if (event->type() != QEvent::User)
                return QObject::event(event);
            m_mailbox.drain();
            return true;
        }

    private:
        Mailbox &m_mailbox;
    };

    void drain()
    {
        // A vector that the handler left behind serves again: a steady stream allocates nothing.
        std::vector<T> items = std::move(m_spare);
        {
            const std::scoped_lock lock(m_mutex);
            items.swap(m_items);
            m_isArmed = false;
        }
        if (items.empty())
            return;
        m_handler(std::move(items));
        items.clear();
        if (items.capacity() <= SpareCapacity)
            m_spare = std::move(items);
    }

    static constexpr std::size_t SpareCapacity = 4096;

    Receiver m_receiver;
    Handler m_handler;
    std::vector<T> m_spare; ///< Empty; its room goes to the producers with the next drain.
    std::mutex m_mutex; ///< Guards the two below; held only to move items.
    std::vector<T> m_items;
    bool m_isArmed = false; ///< An event is on its way.
};

} // namespace hudhud

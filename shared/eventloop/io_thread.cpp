// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/io_thread.h"

#include <QMetaObject>

#include <future>

namespace hudhud {

IoThread::IoThread(int index) : m_index(index), m_thread(std::make_unique<QThread>())
{
    m_thread->setObjectName(QStringLiteral("io-%1").arg(index));
}

IoThread::~IoThread() { stop(); }

void IoThread::start()
{
    m_anchor = std::make_unique<QObject>();
    m_anchor->moveToThread(m_thread.get());
    m_thread->start();
}

void IoThread::stop()
{
    if (!m_anchor)
        return;
    post([this] { m_thread->quit(); });
    m_thread->wait();
    m_anchor.reset();
}

void IoThread::post(std::move_only_function<void()> task)
{
    // QMetaObject wants a copyable functor.
    auto shared = std::make_shared<std::move_only_function<void()>>(std::move(task));
    QMetaObject::invokeMethod(m_anchor.get(), [shared] { (*shared)(); }, Qt::QueuedConnection);
}

void IoThread::runAndWait(std::move_only_function<void()> task)
{
    std::promise<void> done;
    post([&] {
        task();
        done.set_value();
    });
    done.get_future().wait();
}

} // namespace hudhud

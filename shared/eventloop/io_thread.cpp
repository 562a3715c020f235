// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/io_thread.h"

#include "eventloop/event_dispatcher.h"

#include <QCoreApplication>
#include <QEvent>

#include <future>
#include <utility>

namespace hudhud {

namespace {

class TaskEvent : public QEvent
{
public:
    explicit TaskEvent(std::move_only_function<void()> task)
        : QEvent(QEvent::User)
        , m_task(std::move(task))
    {
    }
    void run() { m_task(); }

private:
    std::move_only_function<void()> m_task;
};

class Anchor : public QObject
{
public:
    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::User)
            return QObject::event(event);
        static_cast<TaskEvent *>(event)->run();
        return true;
    }
};

} // namespace

IoThread::IoThread(int index)
    : m_index(index)
    , m_thread(std::make_unique<QThread>())
    , m_anchor(std::make_unique<Anchor>())
{
    m_thread->setObjectName(QStringLiteral("io-%1").arg(index));
    m_anchor->moveToThread(m_thread.get());
}

IoThread::~IoThread()
{
    stop();
}

void IoThread::start()
{
    if (m_thread->isRunning())
        return;
    if (auto dispatcher = createEventDispatcher())
        m_thread->setEventDispatcher(dispatcher.release());
    m_thread->start();
}

void IoThread::stop()
{
    if (!m_thread->isRunning())
        return;
    post([this] { m_thread->quit(); });
    m_thread->wait();
}

void IoThread::post(std::move_only_function<void()> task)
{
    QCoreApplication::postEvent(m_anchor.get(), new TaskEvent(std::move(task)));
}

void IoThread::runAndWait(std::move_only_function<void()> task)
{
    std::promise<void> done;
    const std::future<void> whenDone = done.get_future();
    post([&task, promise = std::move(done)]() mutable {
        task();
        promise.set_value();
    });
    whenDone.wait();
}

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/page.h"

#include "widgets/notice_bar.h"

#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Page::Page(Session &session, const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_settingsKey(u"profile/%1/%2"_s.arg(session.profile().id, name))
    , m_notice(new NoticeBar)
{
    auto *frame = new QVBoxLayout(this);
    frame->setContentsMargins(14, 12, 14, 8);
    frame->addWidget(m_notice);
    m_content = new QVBoxLayout;
    frame->addLayout(m_content, 1);

    m_timer.setInterval(5s);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_session.state() != Session::State::Lost) // The session tries by itself, and tells.
            refresh();
    });
    m_push.setSingleShot(true);
    m_push.setInterval(1s);
    connect(&m_push, &QTimer::timeout, this, [this] {
        if (m_isActive && !m_isPaused)
            refresh();
    });
    connect(&session, &Session::restored, this, [this] {
        if (m_isActive && !m_isPaused)
            refresh();
    });
    connect(&session.hub(), &AdminHub::received, this,
            [this](const QString &event, const QJsonObject &payload) {
                if (m_isActive && !m_isPaused)
                    receive(event, payload);
            });
}

Page::~Page()
{
    if (m_isActive) {
        for (const QString &topic : std::as_const(m_topics))
            m_session.hub().unwatch(topic);
    }
}

void Page::setActive(bool active)
{
    if (active == m_isActive)
        return;
    m_isActive = active;
    for (const QString &topic : std::as_const(m_topics)) {
        if (active)
            m_session.hub().watch(topic);
        else
            m_session.hub().unwatch(topic);
    }
    if (active && !m_isPaused) {
        refresh();
        m_timer.start();
    } else {
        m_timer.stop();
    }
    activeChanged();
}

void Page::setPaused(bool paused)
{
    m_isPaused = paused;
    if (!m_isActive)
        return;
    if (paused) {
        m_timer.stop();
    } else {
        refresh();
        m_timer.start();
    }
}

void Page::receive(const QString &, const QJsonObject &)
{
    if (!m_push.isActive())
        m_push.start();
}

void Page::change(const AdminRequest &request, const QString &done,
                  std::function<void(const QJsonObject &answer)> then)
{
    client().send(request, this, [this, done, then = std::move(then)](const Result<QJsonObject> &answer) {
        if (!answer) {
            m_notice->display(Level::Bad, answer.error().text());
        } else {
            if (!done.isEmpty())
                m_notice->display(Level::Good, done);
            if (then)
                then(*answer);
        }
        refresh(); // Also after a failure: what was shown may have been stale.
    });
}

} // namespace hudhud::console

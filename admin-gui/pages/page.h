// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"
#include "models/level.h"

#include <QTimer>
#include <QWidget>

class QVBoxLayout;

namespace hudhud::console {

class NoticeBar;

/// One page of the console. It asks the server only while it is seen: again and again after its interval, and
/// at once when the hub tells of a change of its topics. Thread: the main thread.
class Page : public QWidget
{
    Q_OBJECT

public:
    /// `session` must outlive the page. `name`: of its settings.
    Page(Session &session, const QString &name, QWidget *parent = nullptr);
    ~Page() override;

    /// Asks the server for what is shown.
    virtual void refresh() = 0;
    /// Shows what another page or the command box leads to, like the message of an id.
    virtual void open(const QString &argument) { Q_UNUSED(argument) }
    /// Ctrl+F.
    virtual void focusFilter() {}

    void setActive(bool active);
    bool isActive() const { return m_isActive; }
    /// What is shown stays as it is.
    void setPaused(bool paused);
    bool isPaused() const { return m_isPaused; }

Q_SIGNALS:
    /// Leads to another page.
    void leadsTo(const QString &page, const QString &argument);

protected:
    Session &session() const { return m_session; }
    AdminClient &client() const { return m_session.client(); }
    /// Where the page's settings are kept: one place for each profile and page.
    const QString &settingsKey() const { return m_settingsKey; }
    QVBoxLayout *content() const { return m_content; }
    NoticeBar &notice() const { return *m_notice; }

    void setRefreshInterval(std::chrono::milliseconds interval) { m_timer.setInterval(interval); }
    /// Of the hub, while the page is seen.
    void setTopics(const QStringList &topics) { m_topics = topics; }
    /// What the hub pushes for the topics; the usual answer is to ask for all of it, at most once a second.
    virtual void receive(const QString &event, const QJsonObject &payload);
    virtual void activeChanged() {}

    /// Sends a change, tells of its failure, and on success of `done`, calls `then` and refreshes.
    void change(const AdminRequest &request, const QString &done,
                std::function<void(const QJsonObject &answer)> then = {});

private:
    Session &m_session;
    QString m_settingsKey;
    QStringList m_topics;
    QVBoxLayout *m_content;
    NoticeBar *m_notice;
    QTimer m_timer;
    QTimer m_push; ///< Joins pushes.
    bool m_isActive = false;
    bool m_isPaused = false;
};

} // namespace hudhud::console

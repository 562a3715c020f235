// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/connection_status.h"

#include "models/texts.h"
#include "widgets/theme.h"

#include <QHBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds Fresh{5'000};
constexpr std::chrono::milliseconds Stale{15'000};
constexpr qint64 ExpiresSoon = 15 * 60; // s

} // namespace

ConnectionStatus::ConnectionStatus(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_state(new QLabel)
    , m_age(new QLabel)
    , m_who(new QLabel)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 2, 8, 2);
    row->setSpacing(18);
    row->addWidget(m_state);
    row->addWidget(m_age);
    row->addStretch();
    row->addWidget(m_who);
    m_state->setAccessibleName(tr("Connection"));
    m_age->setAccessibleName(tr("Age of what is shown"));
    connect(&session, &Session::stateChanged, this, &ConnectionStatus::display);
    connect(&session.hub(), &AdminHub::connectedChanged, this, &ConnectionStatus::display);
    m_clock.setInterval(1s);
    connect(&m_clock, &QTimer::timeout, this, &ConnectionStatus::display);
    m_clock.start();
    display();
}

void ConnectionStatus::display()
{
    Level level = Level::Warning;
    QString text;
    switch (m_session.state()) {
    case Session::State::Connecting:
        text = tr("Connecting\u2026");
        break;
    case Session::State::Connected:
        level = Level::Good;
        text = m_session.hub().isConnected() ? tr("Connected, live") : tr("Connected, asks regularly");
        text += u"  \u00b7  "_s + latencyText(static_cast<double>(m_session.latency().count()) / 1'000);
        break;
    case Session::State::Lost:
        level = Level::Bad;
        text = tr("Connection lost, trying again: %1").arg(m_session.error().text());
        break;
    }
    m_state->setText(u"<span style='color:%1'>\u25cf</span> %2"_s.arg(theme::levelColour(level).name(),
                                                                      text.toHtmlEscaped()));
    const auto age = m_session.dataAge();
    const Level ageLevel = !age || *age < Fresh ? Level::None : *age < Stale ? Level::Warning : Level::Bad;
    const QString ageOfData = age ? tr("data: %1").arg(console::ageText(*age)) : tr("no data yet");
    m_age->setText(ageLevel == Level::None ? ageOfData
                                           : u"<span style='color:%1'>%2</span>"_s.arg(
                                               theme::levelColour(ageLevel).name(), ageOfData));

    static constexpr const char *Roles[]
        = {QT_TR_NOOP("role unknown"), QT_TR_NOOP("viewer"), QT_TR_NOOP("operator"), QT_TR_NOOP("admin")};
    QStringList who;
    if (!m_session.operatorName().isEmpty())
        who.append(m_session.operatorName());
    who.append(tr(Roles[static_cast<size_t>(m_session.role())]));
    if (!m_session.node().isEmpty())
        who.append(tr("node %1").arg(m_session.node()));
    if (m_session.expiry().isValid()) {
        const qint64 left = QDateTime::currentDateTimeUtc().secsTo(m_session.expiry());
        if (left < ExpiresSoon)
            who.append(left <= 0
                           ? tr("the token has expired")
                           : tr("the token expires in %1").arg(durationText(static_cast<double>(left))));
    }
    // Names are Latin in every language; they must not turn the line around.
    m_who->setText((isRightToLeft() ? u"\u200f"_s : QString()) + who.join(u"  \u00b7  "_s));
}

} // namespace hudhud::console

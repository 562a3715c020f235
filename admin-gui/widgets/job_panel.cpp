// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/job_panel.h"

#include "models/texts.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

QString counted(qint64 number)
{
    return QLocale().toString(number);
}

} // namespace

JobPanel::JobPanel(Session &session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_title(new QLabel)
    , m_facts(new QLabel)
    , m_progress(new QProgressBar)
    , m_rate(new QSpinBox)
    , m_setRate(new QPushButton(tr("Set rate")))
    , m_pause(new QPushButton(tr("Pause")))
    , m_resume(new QPushButton(tr("Go on")))
    , m_cancel(new QPushButton(tr("Cancel the job")))
{
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_progress->setRange(0, 1'000);
    m_progress->setAlignment(Qt::AlignCenter);
    m_rate->setRange(0, 1'000'000);
    m_rate->setSpecialValueText(tr("no limit"));
    m_rate->setSuffix(tr(" messages/s"));
    m_rate->setAccessibleName(tr("Rate"));
    m_progress->setAccessibleName(tr("Progress"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_rate);
    buttons->addWidget(m_setRate);
    buttons->addStretch();
    for (QPushButton *button : {m_pause, m_resume, m_cancel})
        buttons->addWidget(button);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 4);
    column->addWidget(m_title);
    column->addWidget(m_progress);
    column->addWidget(m_facts);
    column->addLayout(buttons);
    column->addStretch();
    connect(m_pause, &QPushButton::clicked, this, [this] { command(u"pause"_s); });
    connect(m_resume, &QPushButton::clicked, this, [this] { command(u"resume"_s); });
    connect(m_cancel, &QPushButton::clicked, this, [this] { command(u"cancel"_s); });
    connect(m_setRate, &QPushButton::clicked, this, [this] {
        command(u"rate"_s, {{u"rate"_s, m_rate->value()}});
    });
    m_timer.setInterval(RefreshInterval);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (isVisible())
            refresh();
    });
    watch(0);
}

void JobPanel::watch(qint64 job)
{
    if (job == m_id && job != 0)
        return;
    m_id = job;
    m_job = {};
    const bool any = job != 0;
    for (QWidget *widget : std::initializer_list<QWidget *>{m_progress, m_facts, m_rate, m_setRate, m_pause,
                                                            m_resume, m_cancel})
        widget->setVisible(any);
    m_title->setText(any ? tr("Job %1").arg(job) : tr("Choose a job to follow it."));
    m_timer.stop();
    if (any) {
        refresh();
        m_timer.start();
    }
}

void JobPanel::refresh()
{
    m_session.client().send(AdminRequest::get(u"/jobs/%1"_s.arg(m_id)), this,
                            [this, id = m_id](const Result<QJsonObject> &answer) {
                                if (id != m_id)
                                    return;
                                if (answer)
                                    display(Job::read(*answer));
                                else
                                    Q_EMIT failed(answer.error());
                            });
}

void JobPanel::command(const QString &name, const QJsonObject &body)
{
    m_session.client().send(AdminRequest::change("POST", u"/jobs/%1/%2"_s.arg(m_id).arg(name), body), this,
                            [this](const Result<QJsonObject> &answer) {
                                if (!answer)
                                    Q_EMIT failed(answer.error());
                                refresh();
                            });
}

void JobPanel::display(const Job &job)
{
    const bool first = m_job.id != job.id;
    if (first || (!m_rate->hasFocus() && m_job.rate != job.rate))
        m_rate->setValue(static_cast<int>(job.rate));
    m_job = job;
    const Level level = wordLevel(job.stateWord);
    const QString colour = theme::levelColour(level).name();
    m_title->setText(u"<b>%1</b> &nbsp; <span style='color:%2'>%3</span>"_s.arg(
        tr("Job %1: %2").arg(job.id).arg(wordText(job.kind)).toHtmlEscaped(), colour,
        wordText(job.stateWord).toHtmlEscaped()));
    m_progress->setValue(job.total > 0 ? static_cast<int>(1'000 * (job.done + job.refused) / job.total)
                                       : 1'000);
    m_progress->setFormat(percentText(m_progress->value() / 1'000.0));

    QStringList facts{
        tr("%1 of %2 done, %3 refused, %4 left")
            .arg(counted(job.done), counted(job.total), counted(job.refused), counted(job.left))};
    if (job.state == Job::State::Running && job.estimatedSeconds)
        facts.append(tr("about %1 to go").arg(durationText(static_cast<double>(*job.estimatedSeconds))));
    if (job.isWatchingCanary)
        facts.append(tr("waits for the canary of %1").arg(counted(job.canaryCount)));
    QStringList lines{facts.join(u", "_s) + u'.'};
    if (job.outcome) {
        lines.append(tr("Of the replayed: %1 delivered, %2 dead again, %3 under way.")
                         .arg(counted(job.outcome->delivered), counted(job.outcome->deadAgain),
                              counted(job.outcome->underWay)));
    }
    if (!job.refusals.isEmpty())
        lines.append(tr("Refused: %1.").arg(refusalsText(job.refusals)));
    if (!job.lastError.isEmpty())
        lines.append(tr("Stopped because: %1").arg(job.lastError));
    lines.append(job.reason.isEmpty() ? tr("By %1.").arg(job.createdBy)
                                      : tr("By %1: %2").arg(job.createdBy, job.reason));
    m_facts->setText(lines.join(u'\n'));
    m_facts->setTextFormat(Qt::PlainText);

    const bool may = m_session.mayChange();
    m_pause->setEnabled(may && job.canPause());
    m_resume->setEnabled(may && job.canResume());
    m_cancel->setEnabled(may && job.canCancel());
    m_rate->setEnabled(may && job.canCancel());
    m_setRate->setEnabled(may && job.canCancel());
    if (!job.canCancel() && (!job.outcome || job.outcome->underWay == 0))
        m_timer.stop(); // Nothing changes any more.
}

} // namespace hudhud::console

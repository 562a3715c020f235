// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/replay_dialog.h"

#include "models/texts.h"
#include "widgets/job_panel.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

ReplayDialog::ReplayDialog(Session &session, DeadLetterSelection selection, const QString &description,
                           QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_selection(std::move(selection))
    , m_stack(new QStackedWidget)
    , m_rate(new QSpinBox)
    , m_canary(new QSpinBox)
    , m_failures(new QSpinBox)
    , m_poison(new QCheckBox(tr("Also messages that reached the delivery limit (likely poison)")))
    , m_reason(new QLineEdit)
    , m_preview(new QLabel)
    , m_panel(new JobPanel(session))
{
    setWindowTitle(tr("Replay \u2014 %1").arg(session.profile().name));
    setMinimumWidth(560);
    auto *buttons = new QDialogButtonBox;
    m_start = buttons->addButton(tr("Replay"), QDialogButtonBox::ActionRole);
    m_start->setObjectName(u"startReplay"_s);
    auto *copy = buttons->addButton(tr("Copy as command"), QDialogButtonBox::ActionRole);
    QPushButton *close = buttons->addButton(QDialogButtonBox::Close);
    close->setDefault(true); // Enter must not start anything.
    connect(m_start, &QPushButton::clicked, this, &ReplayDialog::start);
    connect(copy, &QPushButton::clicked, this, [this] {
        const AdminRequest request
            = AdminRequest::change("POST", u"/dlq/replay"_s, options().json(m_selection));
        QApplication::clipboard()->setText(request.asCurl(m_session.client().server()));
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    m_stack->addWidget(createOptions(description));
    m_stack->addWidget(m_panel);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_stack, 1);
    column->addWidget(buttons);
    connect(m_panel, &JobPanel::failed, this,
            [this](const AdminError &error) { m_preview->setText(error.text()); });

    m_changed.setSingleShot(true);
    m_changed.setInterval(300ms);
    connect(&m_changed, &QTimer::timeout, this, &ReplayDialog::dryRun);
    dryRun();
}

QWidget *ReplayDialog::createOptions(const QString &description)
{
    const ReplayOptions usual;
    m_rate->setRange(0, 1'000'000);
    m_rate->setValue(usual.rate);
    m_rate->setSpecialValueText(tr("no limit"));
    m_rate->setSuffix(tr(" messages/s"));
    m_canary->setRange(0, 10'000);
    m_canary->setValue(usual.canaryCount);
    m_canary->setSpecialValueText(tr("no canary"));
    m_failures->setRange(0, 100);
    m_failures->setValue(usual.canaryFailurePercent);
    m_failures->setSuffix(QLocale().percent());
    m_reason->setMaxLength(500);
    m_reason->setPlaceholderText(tr("for the audit, like: the app was updated"));
    m_preview->setWordWrap(true);
    m_preview->setTextFormat(Qt::PlainText);
    m_preview->setMinimumHeight(fontMetrics().height() * 4);
    m_preview->setAlignment(Qt::AlignLeading | Qt::AlignTop);
    m_preview->setObjectName(u"preview"_s);

    auto *what = new QLabel(description);
    what->setWordWrap(true);
    what->setTextFormat(Qt::PlainText);
    QFont bold = what->font();
    bold.setWeight(QFont::DemiBold);
    what->setFont(bold);
    auto *form = new QFormLayout;
    form->addRow(tr("&Rate"), m_rate);
    form->addRow(tr("&Canary first"), m_canary);
    form->addRow(tr("&Stop if more of it fail"), m_failures);
    form->addRow(QString(), m_poison);
    form->addRow(tr("&Why"), m_reason);
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->addWidget(what);
    column->addLayout(form);
    column->addWidget(m_preview);
    column->addStretch();

    const auto restart = [this] {
        m_start->setEnabled(false);
        m_changed.start();
    };
    for (QSpinBox *box : {m_rate, m_canary, m_failures})
        connect(box, &QSpinBox::valueChanged, this, restart);
    connect(m_poison, &QCheckBox::toggled, this, restart);
    connect(m_canary, &QSpinBox::valueChanged, m_failures, &QWidget::setEnabled);
    return page;
}

ReplayOptions ReplayDialog::options() const
{
    return {.rate = m_rate->value(),
            .canaryCount = m_canary->value(),
            .canaryFailurePercent = m_failures->value(),
            .includePoison = m_poison->isChecked(),
            .reason = m_reason->text().trimmed()};
}

void ReplayDialog::dryRun()
{
    m_start->setEnabled(false);
    m_preview->setText(tr("Dry run\u2026"));
    const AdminRequest request = AdminRequest::ask(u"/dlq/replay/dry-run"_s, options().json(m_selection));
    m_session.client().send(request, this, [this, asked = ++m_asked](const Result<QJsonObject> &answer) {
        if (asked == m_asked)
            displayPreview(answer);
    });
}

void ReplayDialog::displayPreview(const Result<QJsonObject> &answer)
{
    if (!answer) {
        m_preview->setText(answer.error().text());
        return;
    }
    const ReplayPreview preview = ReplayPreview::read(*answer);
    const QLocale locale;
    QStringList lines{tr("Dry run: %1 of %2 selected would go.")
                          .arg(locale.toString(preview.going), locale.toString(preview.total))};
    if (preview.refused > 0) {
        lines.append(tr("%1 would be refused: %2.")
                         .arg(locale.toString(preview.refused), refusalsText(preview.refusals)));
    }
    if (preview.estimatedSeconds)
        lines.append(
            tr("It would take about %1.").arg(durationText(static_cast<double>(*preview.estimatedSeconds))));
    if (!m_session.mayChange())
        lines.append(tr("You may look, but not replay."));
    m_preview->setText(lines.join(u'\n'));
    m_start->setText(tr("Replay %n message(s)", nullptr, static_cast<int>(preview.going)));
    m_start->setEnabled(preview.going > 0 && m_session.mayChange());
}

void ReplayDialog::start()
{
    m_start->setEnabled(false);
    const AdminRequest request = AdminRequest::change("POST", u"/dlq/replay"_s, options().json(m_selection));
    m_session.client().send(request, this, [this](const Result<QJsonObject> &answer) {
        if (!answer) {
            m_preview->setText(answer.error().text());
            m_start->setEnabled(true);
            return;
        }
        m_job = Job::read(*answer).id;
        m_panel->watch(m_job);
        m_stack->setCurrentWidget(m_panel);
        m_start->hide();
    });
}

} // namespace hudhud::console

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/notice_bar.h"

#include "models/texts.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include <utility>

namespace hudhud::console {

NoticeBar::NoticeBar(QWidget *parent)
    : QFrame(parent)
    , m_sign(new QLabel)
    , m_text(new QLabel)
    , m_action(new QToolButton)
{
    setFrameShape(StyledPanel);
    setAutoFillBackground(true);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText); // Servers write part of it.
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *close = new QToolButton;
    close->setText(tr("Close"));
    close->setAutoRaise(true);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_action, &QToolButton::clicked, this, [this] {
        hide();
        if (const auto run = std::exchange(m_run, nullptr))
            run();
    });
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(10, 6, 6, 6);
    row->addWidget(m_sign);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(close);
    hide();
}

void NoticeBar::display(Level level, const QString &text)
{
    display(level, text, {}, nullptr);
}

void NoticeBar::display(Level level, const QString &text, const QString &actionText,
                        std::function<void()> action)
{
    QPalette colours = palette();
    colours.setColor(QPalette::Window, theme::levelTint(level));
    setPalette(colours);
    QPalette signColours = m_sign->palette();
    signColours.setColor(QPalette::WindowText, theme::levelColour(level));
    m_sign->setPalette(signColours);
    m_sign->setText(QStringLiteral("<b>%1</b>").arg(levelText(level)));
    m_sign->setVisible(level != Level::None && level != Level::Good);
    m_text->setText(text);
    setAccessibleName(text);
    m_run = std::move(action);
    m_action->setText(actionText);
    m_action->setVisible(!actionText.isEmpty());
    show();
}

QString NoticeBar::text() const
{
    return m_text->text();
}

} // namespace hudhud::console

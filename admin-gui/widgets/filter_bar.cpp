// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/filter_bar.h"

#include "models/texts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QIntValidator>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSettings>
#include <QToolButton>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds TypingPause{400};
constexpr int LongestText = 256; // As the API takes it.

} // namespace

FilterBar::FilterBar(QList<FilterField> fields, const QString &settingsKey, QWidget *parent)
    : QWidget(parent)
    , m_fields(std::move(fields))
    , m_settingsKey(settingsKey)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    for (const FilterField &field : std::as_const(m_fields)) {
        m_editors.append(createEditor(field));
        row->addWidget(m_editors.last(), field.kind == FilterField::Kind::Text ? 2 : 1);
        set(field.parameter, QSettings().value(m_settingsKey + u'/' + field.parameter).toString());
    }
    auto *clearButton = new QToolButton;
    clearButton->setText(tr("Clear"));
    clearButton->setToolTip(tr("Show everything again (Esc)"));
    connect(clearButton, &QToolButton::clicked, this, &FilterBar::clear);
    row->addWidget(clearButton);

    m_typing.setSingleShot(true);
    m_typing.setInterval(TypingPause);
    connect(&m_typing, &QTimer::timeout, this, &FilterBar::announce);
}

QWidget *FilterBar::createEditor(const FilterField &field)
{
    const QString title = QCoreApplication::translate("Filters", field.title);
    if (field.kind == FilterField::Kind::Choice) {
        auto *box = new QComboBox;
        box->addItem(tr("%1: any").arg(title), QString());
        for (const QString &choice : field.choices)
            box->addItem(wordText(choice), choice);
        box->setAccessibleName(title);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(12);
        connect(box, &QComboBox::activated, this, &FilterBar::announce);
        return box;
    }
    if (field.kind == FilterField::Kind::Flag) {
        auto *box = new QCheckBox(title);
        connect(box, &QCheckBox::clicked, this, &FilterBar::announce);
        return box;
    }
    auto *line = new QLineEdit;
    line->setPlaceholderText(title);
    line->setAccessibleName(title);
    line->setToolTip(title);
    line->setMaxLength(LongestText);
    line->setClearButtonEnabled(true);
    line->setMinimumWidth(90);
    if (field.kind == FilterField::Kind::Number)
        line->setValidator(new QIntValidator(0, 60'000, line));
    connect(line, &QLineEdit::textEdited, &m_typing, qOverload<>(&QTimer::start));
    connect(line, &QLineEdit::returnPressed, this, &FilterBar::announce);
    return line;
}

QString FilterBar::value(const QString &parameter) const
{
    for (int i = 0; i < m_fields.size(); ++i) {
        if (m_fields[i].parameter != parameter)
            continue;
        if (const auto *box = qobject_cast<QComboBox *>(m_editors[i]))
            return box->currentData().toString();
        if (const auto *box = qobject_cast<QCheckBox *>(m_editors[i]))
            return box->isChecked() ? u"true"_s : QString();
        return static_cast<QLineEdit *>(m_editors[i])->text().trimmed();
    }
    return {};
}

void FilterBar::set(const QString &parameter, const QString &value)
{
    for (int i = 0; i < m_fields.size(); ++i) {
        if (m_fields[i].parameter != parameter)
            continue;
        if (auto *box = qobject_cast<QComboBox *>(m_editors[i]))
            box->setCurrentIndex(std::max(0, box->findData(value)));
        else if (auto *flag = qobject_cast<QCheckBox *>(m_editors[i]))
            flag->setChecked(value == "true"_L1);
        else
            static_cast<QLineEdit *>(m_editors[i])->setText(value);
    }
}

QUrlQuery FilterBar::query() const
{
    QUrlQuery query;
    for (const FilterField &field : m_fields) {
        const QString text = value(field.parameter);
        if (!text.isEmpty())
            query.addQueryItem(field.parameter, QString::fromLatin1(QUrl::toPercentEncoding(text)));
    }
    return query;
}

void FilterBar::clear()
{
    setOnly({}, {});
}

void FilterBar::setOnly(const QString &parameter, const QString &value)
{
    for (const FilterField &field : std::as_const(m_fields))
        set(field.parameter, field.parameter == parameter ? value : QString());
    announce();
}

void FilterBar::focusFirst()
{
    if (!m_editors.isEmpty())
        m_editors.first()->setFocus(Qt::ShortcutFocusReason);
}

void FilterBar::announce()
{
    m_typing.stop();
    QSettings settings;
    for (const FilterField &field : std::as_const(m_fields))
        settings.setValue(m_settingsKey + u'/' + field.parameter, value(field.parameter));
    Q_EMIT changed(query());
}

void FilterBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        return clear();
    QWidget::keyPressEvent(event);
}

} // namespace hudhud::console

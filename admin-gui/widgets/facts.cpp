// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/facts.h"

#include "models/texts.h"
#include "widgets/theme.h"

namespace hudhud::console {

Facts::Facts(QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::RichText);
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setAlignment(Qt::AlignLeading | Qt::AlignTop);
}

QString Facts::html(const QList<QPair<QString, QString>> &facts, bool rightToLeft)
{
    // Rich text does not turn the columns of a table around by itself.
    const QString row = rightToLeft
        ? QStringLiteral(
            "<tr><td dir='rtl'>%3</td><td dir='rtl' style='color:%1'>%2&nbsp;&nbsp;&nbsp;</td></tr>")
        : QStringLiteral("<tr><td style='color:%1'>%2&nbsp;&nbsp;&nbsp;</td><td>%3</td></tr>");
    QString table = QStringLiteral("<table cellspacing='3'>");
    for (const auto &[name, value] : facts) {
        if (value.isEmpty())
            continue;
        const QString shown = rightToLeft ? inReadingOrder(value) : value;
        table += row.arg(theme::secondaryText().name(), name.toHtmlEscaped(), shown.toHtmlEscaped());
    }
    return table + QStringLiteral("</table>");
}

void Facts::display(const QList<QPair<QString, QString>> &facts)
{
    setText(html(facts, isRightToLeft()));
}

} // namespace hudhud::console

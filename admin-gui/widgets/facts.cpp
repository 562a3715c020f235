// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/facts.h"

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

void Facts::display(const QList<QPair<QString, QString>> &facts)
{
    QString table = QStringLiteral("<table dir='%1' cellspacing='3'>").arg(isRightToLeft() ? u"rtl" : u"ltr");
    for (const auto &[name, value] : facts) {
        if (value.isEmpty())
            continue;
        table += QStringLiteral("<tr><td style='color:%1'>%2&nbsp;&nbsp;&nbsp;</td><td>%3</td></tr>")
                     .arg(theme::secondaryText().name(), name.toHtmlEscaped(), value.toHtmlEscaped());
    }
    setText(table + QStringLiteral("</table>"));
}

} // namespace hudhud::console

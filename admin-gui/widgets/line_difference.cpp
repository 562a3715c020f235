// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line_difference.h"

#include "widgets/theme.h"

#include <QStringList>

#include <algorithm>
#include <vector>

namespace hudhud::console {

using namespace Qt::StringLiterals;
using Kind = DifferenceLine::Kind;

QList<DifferenceLine> lineDifference(const QString &before, const QString &after)
{
    const QStringList from = before.split(u'\n');
    const QStringList to = after.split(u'\n');
    QList<DifferenceLine> lines;
    if (std::max(from.size(), to.size()) > MaximumDifferenceLines) {
        for (const QString &line : from)
            lines.append({Kind::Removed, line});
        for (const QString &line : to)
            lines.append({Kind::Added, line});
        return lines;
    }
    // The length of the longest common subsequence of what follows each pair of positions.
    const auto rows = static_cast<size_t>(from.size()) + 1;
    const auto columns = static_cast<size_t>(to.size()) + 1;
    std::vector<int> common(rows * columns, 0);
    const auto at = [columns](qsizetype i, qsizetype j) {
        return static_cast<size_t>(i) * columns + static_cast<size_t>(j);
    };
    for (qsizetype i = from.size() - 1; i >= 0; --i) {
        for (qsizetype j = to.size() - 1; j >= 0; --j) {
            common[at(i, j)] = from[i] == to[j] ? common[at(i + 1, j + 1)] + 1
                                                : std::max(common[at(i + 1, j)], common[at(i, j + 1)]);
        }
    }
    qsizetype i = 0;
    qsizetype j = 0;
    while (i < from.size() || j < to.size()) {
        if (i < from.size() && j < to.size() && from[i] == to[j]) {
            lines.append({Kind::Same, from[i]});
            ++i;
            ++j;
        } else if (j == to.size() || (i < from.size() && common[at(i + 1, j)] >= common[at(i, j + 1)])) {
            lines.append({Kind::Removed, from[i++]});
        } else {
            lines.append({Kind::Added, to[j++]});
        }
    }
    return lines;
}

QString differenceHtml(const QList<DifferenceLine> &lines)
{
    QString html = u"<pre dir='ltr'>"_s;
    for (const DifferenceLine &line : lines) {
        const QString text = line.text.toHtmlEscaped();
        if (line.kind == Kind::Same) {
            html += u"  %1\n"_s.arg(text);
            continue;
        }
        const Level level = line.kind == Kind::Added ? Level::Good : Level::Bad;
        html += u"<span style='color:%1;background-color:%2'>%3 %4</span>\n"_s.arg(
            theme::levelColour(level).name(), theme::levelTint(level).name(),
            line.kind == Kind::Added ? u"+"_s : u"\u2212"_s, text);
    }
    return html + u"</pre>"_s;
}

} // namespace hudhud::console

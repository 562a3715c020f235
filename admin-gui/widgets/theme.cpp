// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QApplication>

#include <array>

namespace hudhud::console::theme {

namespace {

struct Shades
{
    QColor window, base, alternate, text, button, highlight, link, disabled, mid;
};

QPalette palette(const Shades &shades)
{
    QPalette palette(shades.button, shades.window);
    palette.setColor(QPalette::Window, shades.window);
    palette.setColor(QPalette::WindowText, shades.text);
    palette.setColor(QPalette::Base, shades.base);
    palette.setColor(QPalette::AlternateBase, shades.alternate);
    palette.setColor(QPalette::Text, shades.text);
    palette.setColor(QPalette::Button, shades.button);
    palette.setColor(QPalette::ButtonText, shades.text);
    palette.setColor(QPalette::ToolTipBase, shades.base);
    palette.setColor(QPalette::ToolTipText, shades.text);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::Highlight, shades.highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, shades.link);
    palette.setColor(QPalette::PlaceholderText, shades.disabled);
    palette.setColor(QPalette::Mid, shades.mid);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, shades.disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, shades.mid);
    return palette;
}

QPalette lightPalette()
{
    return palette({.window = 0xf3f4f6,
                    .base = 0xffffff,
                    .alternate = 0xf8f9fb,
                    .text = 0x1c2024,
                    .button = 0xfafbfc,
                    .highlight = 0x2563c9,
                    .link = 0x1d56b3,
                    .disabled = 0x7a828c,
                    .mid = 0xb9c0c8});
}

QPalette darkPalette()
{
    return palette({.window = 0x24282f,
                    .base = 0x191c21,
                    .alternate = 0x1e2227,
                    .text = 0xe4e7eb,
                    .button = 0x333941,
                    .highlight = 0x3068c8,
                    .link = 0x82b1ff,
                    .disabled = 0x868e99,
                    .mid = 0x565d68});
}

} // namespace

void apply(Appearance appearance)
{
    static const QPalette system = QApplication::palette();
    QApplication::setPalette(appearance == Appearance::Dark        ? darkPalette()
                                 : appearance == Appearance::Light ? lightPalette()
                                                                   : system);
}

bool isDark()
{
    const QPalette palette = QApplication::palette();
    return palette.color(QPalette::Base).lightness() < palette.color(QPalette::Text).lightness();
}

QColor levelColour(Level level)
{
    const bool dark = isDark();
    switch (level) {
    case Level::Good:
        return dark ? 0x5bc47d : 0x17733a;
    case Level::Warning:
        return dark ? 0xf0b23e : 0x95590a;
    case Level::Bad:
        return dark ? 0xff7b72 : 0xc2261e;
    case Level::None:
        break;
    }
    return QApplication::palette().color(QPalette::Text);
}

QColor levelTint(Level level)
{
    const QColor base = QApplication::palette().color(QPalette::Base);
    if (level == Level::None)
        return base;
    return mixed(base, levelColour(level), level == Level::Good ? 0.05 : isDark() ? 0.18 : 0.11);
}

QColor secondaryText()
{
    const QPalette palette = QApplication::palette();
    return mixed(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.68);
}

QColor separator()
{
    const QPalette palette = QApplication::palette();
    return mixed(palette.color(QPalette::Window), palette.color(QPalette::Text), 0.16);
}

QColor seriesColour(int index)
{
    static constexpr std::array<QRgb, 6> Light{0x2563c9, 0x17733a, 0xb45309, 0x7c3aed, 0xbe185d, 0x0e7490};
    static constexpr std::array<QRgb, 6> Dark{0x6ea8ff, 0x5bc47d, 0xf0b23e, 0xb794f6, 0xf687b3, 0x56c5d6};
    const auto &colours = isDark() ? Dark : Light;
    return colours[static_cast<size_t>(index) % colours.size()];
}

QColor textOn(const QColor &background)
{
    const double luminance
        = 0.2126 * background.redF() + 0.7152 * background.greenF() + 0.0722 * background.blueF();
    return luminance > 0.5 ? Qt::black : Qt::white;
}

QColor mixed(const QColor &under, const QColor &over, double share)
{
    const auto part
        = [share](int below, int above) { return static_cast<int>(below + (above - below) * share); };
    return {part(under.red(), over.red()), part(under.green(), over.green()),
            part(under.blue(), over.blue())};
}

} // namespace hudhud::console::theme

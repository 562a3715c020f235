// SPDX-License-Identifier: GPL-3.0-or-later
// The operators' console: hudhud-admin.
#include "app/console.h"

#include <QApplication>
#include <QStyleFactory>

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("hudhud-admin"));
    QApplication::setOrganizationName(QStringLiteral("Hudhud"));
    QApplication::setApplicationVersion(QStringLiteral(HUDHUD_VERSION));
    // The one style that follows every palette on every system.
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    hudhud::console::Console console;
    console.start();
    return QApplication::exec();
}

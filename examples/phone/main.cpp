// SPDX-License-Identifier: GPL-3.0-or-later
// A phone in the terminal: hudhud-phone URL NUMBER, with its token in HUDHUD_TOKEN.
#include "phone.h"

#include <QCoreApplication>

#include <cstdio>

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    const QString token = qEnvironmentVariable("HUDHUD_TOKEN");
    if (arguments.size() != 3 || token.isEmpty()) {
        std::fputs("usage: HUDHUD_TOKEN=... hudhud-phone URL NUMBER\n", stderr);
        return 2;
    }
    Phone phone(QUrl(arguments[1]), arguments[2], token);
    QObject::connect(
        &phone, &Phone::hungUp, &application, [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    phone.start();
    return application.exec();
}

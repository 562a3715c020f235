// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/event_dispatcher.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QTest>

namespace hudhud {

/// Runs the test class once per event dispatcher, each time in a fresh application whose main loop it is.
template <typename TestClass> int runOnEachDispatcher(int argc, char **argv)
{
    int failures = 0;
    for (const char *kind : {"Qt default", "Qt poll", "ours"}) {
        qputenv("QT_NO_GLIB", qstrcmp(kind, "Qt poll") == 0 ? "1" : "");
        if (qstrcmp(kind, "ours") == 0)
            installEventDispatcher();
        QCoreApplication application(argc, argv);
        QTest::setMainSourcePath(__FILE__);
        qInfo("--- %s: %s", kind, QAbstractEventDispatcher::instance()->metaObject()->className());
        TestClass test;
        failures += QTest::qExec(&test, argc, argv);
    }
    return failures;
}

} // namespace hudhud

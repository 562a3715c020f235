// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>

#include <memory>

namespace hudhud {

/// The project's event dispatcher for this platform: epoll on Linux, null where there is none and Qt's own is
/// used. Thread: any; give it to the thread it is to serve before that thread starts.
std::unique_ptr<QAbstractEventDispatcher> createEventDispatcher();

/// Makes the main thread use it too. Call once, in main(), before the QCoreApplication is constructed, which
/// will own it.
void installEventDispatcher();

} // namespace hudhud

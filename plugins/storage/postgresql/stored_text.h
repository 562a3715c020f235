// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace hudhud {

/// PostgreSQL's text holds every character but U+0000, and messages may hold that one too. So U+0000 is stored as U+0001
/// "0" and U+0001, rarer than rare, as U+0001 "1". Everything else stays as it is. Thread: any; pure.
void appendStoredText(QByteArray &out, QByteArrayView text);
QByteArray toStoredText(QByteArrayView text);
QByteArray fromStoredText(const QByteArray &stored);

} // namespace hudhud

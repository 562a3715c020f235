// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace hudhud {

/// Turns SIGTERM, SIGINT and SIGHUP into Qt signals by a signalfd (signalfd(2)).
/// Thread: main. `block` has to be called before any other thread starts, so that no thread takes them.
class PosixSignals : public QObject
{
    Q_OBJECT

public:
    static void block();

    explicit PosixSignals(QObject *parent = nullptr);
    ~PosixSignals() override;

Q_SIGNALS:
    /// SIGTERM or SIGINT.
    void stopRequested();
    /// SIGHUP.
    void reloadRequested();

private:
    void read();

    int m_descriptor = -1;
};

} // namespace hudhud

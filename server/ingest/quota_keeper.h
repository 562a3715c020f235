// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ingest/key_limits.h"

#include <QTimer>

namespace hudhud {

/// Lets daily quotas outlive the process: writes what each API key has sent today to a small file, every ten seconds
/// while it changes and at the end, and reads it back at the start. After a crash at most the last ten seconds are
/// missing. No file is written while no key has a quota. A file that cannot be read or written is told in the log and
/// stops nothing. Thread: main. Ownership: `limits` outlives it.
class QuotaKeeper : public QObject
{
    Q_OBJECT

public:
    QuotaKeeper(KeyLimitTable &limits, QString file);
    ~QuotaKeeper() override;

    /// Writes what has changed since the last time.
    void save();

private:
    void load();

    KeyLimitTable &m_limits;
    QString m_file;
    std::vector<DailyCount> m_saved;
    QTimer m_timer;
};

} // namespace hudhud

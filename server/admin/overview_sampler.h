// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/overview_lights.h"
#include "admin/overview_meter.h"
#include "admin/store_figures.h"
#include "cluster/machine_load.h"
#include "storage/storage_client.h"

#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace hudhud {

/// Reads the node's counters once a second and the store now and then: often while somebody looks, else once a minute.
/// Thread: main, but for `overview`, `history`, `load` and the two about figures (any). Ownership: what is passed in
/// outlives it, the storage client as well.
class OverviewSampler
{
public:
    /// Figures of the store younger than this need not be asked for again.
    static constexpr std::chrono::seconds FreshFigures{2};
    static constexpr std::chrono::seconds UnwatchedInterval{60};
    static constexpr std::chrono::seconds Window{60};

    struct Parts
    {
        MetricsRegistry &metrics;
        const Clock &clock;
        /// Runs after each sample.
        std::function<void()> sampled;
        /// Whether somebody wants the store's figures now.
        std::function<bool()> isWatched;
    };
    explicit OverviewSampler(Parts parts);

    /// After everything that counts has begun.
    void start(StorageClient &storage);
    void stop();

    /// The figures of this node and of the store; breakers, nodes and the buffer are for others to add.
    admin::Overview overview() const;
    admin::History history(bool isCoarse) const;
    /// Of this node, as far as it is known here.
    LoadMetrics load() const;
    bool hasFreshFigures() const;
    /// Nothing before the store was asked.
    std::optional<StoreFigures> figures() const;
    void take(Result<StoreFigures> figures);
    /// What the timer calls.
    void sample();

private:
    struct Growth
    {
        SteadyTime at{};
        qint64 total = 0;
        std::vector<std::pair<QByteArray, qint64>> groups;
    };

    void readStore();
    void noteGrowthLocked(const StoreFigures &figures);
    admin::DeadLetters deadLettersLocked() const;
    admin::Undelivered undeliveredLocked() const;

    Parts m_parts;
    std::optional<OverviewMeter> m_meter; ///< Since `start`.
    StorageClient *m_storage = nullptr;
    QTimer m_timer;
    MachineLoad m_machine;
    bool m_isReading = false;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();

    mutable std::mutex m_mutex; ///< Guards what follows.
    OverviewHistory m_history;
    LoadMetrics m_load;
    OverviewReading m_latest;
    std::optional<StoreFigures> m_figures;
    QString m_storeFailure; ///< Why the latest question found no answer.
    SteadyTime m_figuresAt{};
    std::deque<Growth> m_growth; ///< Once a minute, for ten minutes.
};

} // namespace hudhud

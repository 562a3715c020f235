// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_suite.h"

namespace hudhud {

/// Messages that nobody has seen yet get new content by id.
class ReplacementConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void givesNewContent();
    void refusesWhatWasPushed();
    void movesAlongTheQueue();
    void changesTheTimes();
    void survivesReopening();

private:
    Result<void> replace(const MessageId &id, const Message &content);
};

} // namespace hudhud

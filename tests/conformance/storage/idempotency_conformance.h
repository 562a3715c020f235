// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage_suite.h"

namespace hudhud {

/// Requests with an idempotency key are stored once.
class IdempotencyConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void storesARequestOnce();
    void knowsARequestWithinOneCommit();
    void refusesAnotherRequestOfTheSameKey();
    void keepsTheKeysOfApiKeysApart();
    void mixesWithOtherMessages();
    void storesNothingOfARequestWithATakenId();
    void forgetsAfterItsTime();
    void purgesWhatHasEnded();
    void outlivesItsMessages();

private:
    IdempotencyClaim claimOf(const QByteArray &key, const QByteArray &request = "request");
    /// Sends one request of `count` messages.
    Result<ClaimOutcome> send(const IdempotencyClaim &claim, std::size_t count = 1);
    static void add(WriteBatch &batch, IdempotencyClaim claim, const std::vector<Message> &messages);
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/broadcasts.h"
#include "storage_suite.h"

namespace hudhud {

/// Attachments live as long as something holds them.
class AttachmentConformance : public StorageSuite
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryField();
    void knowsTheBytesOfAll();
    void refusesMoreThanTheTotal();
    void condemnsWhatNobodyNamed();
    void refusesAMessageWithoutItsAttachment();
    void refusesThoseOfOtherApiKeys();
    void refusesAWholeRequestUnderAKey();
    void goesWithItsMessage();
    void purgingReleases();
    void discardedLettersRelease();
    void livesUntilTheLastOfItsHoldersIsGone();
    void aBroadcastHoldsUntilItHasEnded();
    void aCancelledBroadcastLetsGo();
    void replacingChangesWhatIsHeld();
    void tellsStrangers();
    void survivesReopening();

private:
    AttachmentRecord newRecord(qint64 size = 100);
    /// Stores one that nobody holds.
    Attachment upload(qint64 size = 100);
    Message messageWith(const std::vector<Attachment> &attachments);
    Result<void> store(const Message &message);
    Result<void> die(const Message &message);
    bool isThere(const Attachment &attachment);
    std::vector<QByteArray> condemned();
    Broadcast startedBroadcast(const Attachment &attachment);
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error_handling.h"

#include <QTest>

using namespace hudhud;

class ErrorHandlingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void transientErrorsAreRetriedOnly()
    {
        QVERIFY(errorHandling(ErrorClass::Transient) == ErrorHandling{.isRetried = true});
        QVERIFY(errorHandling(errorCodeInfo(ErrorCode::Timeout).errorClass).isRetried);
        QVERIFY(errorHandling(errorCodeInfo(ErrorCode::ConnectionLost).errorClass).isRetried);
    }

    void permanentErrorsAreDeadLetteredAtOnce()
    {
        QVERIFY(errorHandling(ErrorClass::Permanent) == ErrorHandling{.isDeadLettered = true});
    }

    void systemErrorsAreRetriedAndAlarm()
    {
        QVERIFY((errorHandling(ErrorClass::System) == ErrorHandling{.isRetried = true, .isAlarming = true}));
        QVERIFY(errorHandling(errorCodeInfo(ErrorCode::StorageReadOnly).errorClass).isAlarming);
    }

    void businessErrorsAreToldToTheCaller()
    {
        QVERIFY(errorHandling(ErrorClass::Business) == ErrorHandling{.isCallersToMend = true});
        QVERIFY(errorHandling(errorCodeInfo(ErrorCode::RateLimited).errorClass).isCallersToMend);
    }

    void whatIsDecidedForGoodIsPermanent()
    {
        using enum DeadLetterReason;
        for (const DeadLetterReason reason : {Rejected, Expired, PermanentError})
            QCOMPARE(errorClassOf(reason), ErrorClass::Permanent);
        for (const DeadLetterReason reason : {AttemptsUsedUp, DeliveryLimit, Superseded})
            QCOMPARE(errorClassOf(reason), ErrorClass::Transient);
    }
};

QTEST_APPLESS_MAIN(ErrorHandlingTest)
#include "error_handling_test.moc"

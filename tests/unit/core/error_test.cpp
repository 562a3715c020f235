// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"

#include <QTest>

#include <set>

using namespace hudhud;

class ErrorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCodeHasItsOwnRow()
    {
        using enum ErrorCode;
        const auto codes = {InvalidRequest,     InvalidField,  PayloadTooLarge,  Unauthorized,
                            Forbidden,          NotFound,      Conflict,         Unsupported,
                            Expired,            IdempotencyMismatch, RateLimited, QuotaExceeded,
                            BufferFull,         ShuttingDown,  Timeout,          StorageUnavailable,
                            ConnectionLost,     Cancelled,     RecipientQueueFull, StorageReadOnly, StorageFull,
                            StorageCorrupt,     ConfigurationInvalid, PluginRefused, Internal};
        std::set<QByteArray> names;
        for (const ErrorCode code : codes) {
            const ErrorCodeInfo &info = errorCodeInfo(code);
            QCOMPARE(static_cast<int>(info.code), static_cast<int>(code));
            names.insert(info.name);
            QVERIFY(info.httpStatus >= 400 && info.httpStatus < 600);
        }
        QCOMPARE(names.size(), codes.size());
    }

    void contextKeepsCodeClassAndField()
    {
        const Error error = Error::invalidField(QStringLiteral("subject"), QStringLiteral("too long"))
                                .withClass(ErrorClass::Permanent)
                                .withContext(QStringLiteral("message 3"));
        QCOMPARE(error.message(), QStringLiteral("message 3: too long"));
        QCOMPARE(error.field(), QStringLiteral("subject"));
        QVERIFY(error.code() == ErrorCode::InvalidField);
        QVERIFY(error.errorClass() == ErrorClass::Permanent);
    }
};

QTEST_APPLESS_MAIN(ErrorTest)
#include "error_test.moc"

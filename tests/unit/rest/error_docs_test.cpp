// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "open_api_check.h"

#include <QFile>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

using namespace hudhud;

/// docs/errors.md and the OpenAPI document tell of every code in the one table of errors, as it is there.
class ErrorDocsTest : public QObject
{
    Q_OBJECT

private:
    static std::vector<ErrorCodeInfo> table()
    {
        std::vector<ErrorCodeInfo> rows;
        for (int number = 1; number < 1'000; ++number) {
            const ErrorCodeInfo &info = errorCodeInfo(static_cast<ErrorCode>(number));
            if (static_cast<int>(info.code) == number)
                rows.push_back(info);
        }
        return rows;
    }

private Q_SLOTS:
    void thePageHasTheTable()
    {
        QFile file(QStringLiteral(HUDHUD_SOURCE_DIR "/docs/errors.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QStringList found;
        for (const QString &line : QString::fromUtf8(file.readAll()).split(u'\n')) {
            if (line.startsWith(QLatin1String("| `")))
                found.append(line);
        }
        QStringList expected;
        for (const ErrorCodeInfo &info : table()) {
            expected.append(QStringLiteral("| `%1` | %2 | %3 | %4 | %5 |")
                                .arg(QLatin1String(info.name))
                                .arg(static_cast<int>(info.code))
                                .arg(QLatin1String(errorClassName(info.errorClass)))
                                .arg(info.httpStatus)
                                .arg(QLatin1String(info.meaning)));
        }
        QCOMPARE(found, expected);
    }

    void theOpenApiDocumentNamesEveryProblem()
    {
        const OpenApiCheck check = OpenApiCheck::fromSource(QStringLiteral(HUDHUD_SOURCE_DIR));
        const QJsonValue properties = check.document().value(QLatin1String(
            "components"))[QLatin1String("schemas")][QLatin1String("Problem")][QLatin1String("properties")];
        QStringList codes;
        QStringList types;
        for (const ErrorCodeInfo &info : table()) {
            codes.append(QLatin1String(info.name));
            types.append(QStringLiteral("urn:hudhud:problem:") + QLatin1String(info.name));
            QVERIFY(properties[QLatin1String("status")][QLatin1String("enum")].toArray().contains(
                info.httpStatus));
        }
        QCOMPARE(properties[QLatin1String("code")][QLatin1String("enum")].toArray(),
                 QJsonArray::fromStringList(codes));
        QCOMPARE(properties[QLatin1String("type")][QLatin1String("enum")].toArray(),
                 QJsonArray::fromStringList(types));
    }
};

QTEST_APPLESS_MAIN(ErrorDocsTest)
#include "error_docs_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/value_rule.h"

#include <QTest>

#include <limits>

using namespace hudhud;

class ValueRuleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QJsonValue>("normalized");
        const auto row
            = [](const char *name, ValueType type, const QJsonValue &value, const QJsonValue &normalized) {
                  QTest::newRow(name) << static_cast<int>(type) << value << normalized;
              };
        row("string", ValueType::String, QStringLiteral("a"), QStringLiteral("a"));
        row("integer", ValueType::Integer, 5, 5);
        row("whole double", ValueType::Integer, 5.0, 5);
        row("number", ValueType::Number, 0.5, 0.5);
        row("boolean", ValueType::Boolean, true, true);
        row("duration", ValueType::Duration, QStringLiteral("2s"), 2000);
        row("size", ValueType::Size, QStringLiteral("1KiB"), 1024);
        row("size in bytes", ValueType::Size, 1000, 1000);
        row("strings", ValueType::Strings, QJsonArray{QStringLiteral("a")}, QJsonArray{QStringLiteral("a")});
    }

    void accepts()
    {
        QFETCH(int, type);
        QFETCH(QJsonValue, value);
        QFETCH(QJsonValue, normalized);
        const auto result = checkedValue({.type = static_cast<ValueType>(type)}, value);
        QVERIFY2(result, result ? "" : qPrintable(result.error()));
        QCOMPARE(*result, normalized);
    }

    void refuses_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *name, ValueType type, const QJsonValue &value, const char *problem) {
            QTest::newRow(name) << static_cast<int>(type) << value << QString::fromUtf8(problem);
        };
        row("string", ValueType::String, 5, "must be a string, is 5");
        row("integer", ValueType::Integer, QStringLiteral("two"), "must be an integer, is \"two\"");
        row("fraction", ValueType::Integer, 1.5, "must be an integer, is 1.5");
        row("number", ValueType::Number, true, "must be a number, is true");
        row("infinite", ValueType::Number, std::numeric_limits<double>::infinity(),
            "must be a number, is null");
        row("boolean", ValueType::Boolean, 1, "must be true or false, is 1");
        row("duration", ValueType::Duration, 30,
            "must be a duration such as \"500ms\", \"30s\" or \"24h\", is 30");
        row("size", ValueType::Size, QStringLiteral("1KB"),
            "must be a size such as \"16KiB\" or \"1MiB\", is \"1KB\"");
        row("strings", ValueType::Strings, QJsonArray{1}, "must be a list of strings, is [1]");
    }

    void refuses()
    {
        QFETCH(int, type);
        QFETCH(QJsonValue, value);
        QFETCH(QString, problem);
        const auto result = checkedValue({.type = static_cast<ValueType>(type)}, value);
        QVERIFY(!result);
        QCOMPARE(result.error(), problem);
    }

    void limits()
    {
        const ValueRule rule{
            .type = ValueType::Duration, .minimum = 1'000, .maximum = 60'000, .multipleOf = 1'000};
        QVERIFY(checkedValue(rule, QStringLiteral("1s")));
        QVERIFY(checkedValue(rule, QStringLiteral("1m")));
        QVERIFY(!checkedValue(rule, QStringLiteral("61s")));
        QVERIFY(!checkedValue(rule, QStringLiteral("1500ms")));
        const auto low = checkedValue(rule, QStringLiteral("999ms"));
        QVERIFY(!low);
        QVERIFY2(low.error().contains(QStringLiteral("from 1s to 1m")), qPrintable(low.error()));
    }

    void allowedValues()
    {
        const ValueRule rule{.type = ValueType::String,
                             .allowed = {QStringLiteral("human"), QStringLiteral("json")}};
        QVERIFY(checkedValue(rule, QStringLiteral("json")));
        const auto result = checkedValue(rule, QStringLiteral("xml"));
        QVERIFY(!result);
        QCOMPARE(result.error(), QStringLiteral("must be one of human, json, is \"xml\""));
    }

    void secretsAreNotShown()
    {
        const ValueRule rule{.type = ValueType::String, .allowed = {QStringLiteral("x")}, .isSecret = true};
        const auto result = checkedValue(rule, QStringLiteral("hunter2"));
        QVERIFY(!result);
        QVERIFY(!result.error().contains(QStringLiteral("hunter2")));
    }

    void textBecomesTyped()
    {
        QCOMPARE(valueFromText(ValueType::Integer, QStringLiteral("12")), QJsonValue(12));
        QCOMPARE(valueFromText(ValueType::Integer, QStringLiteral("x")), QJsonValue(QStringLiteral("x")));
        QCOMPARE(valueFromText(ValueType::Boolean, QStringLiteral("true")), QJsonValue(true));
        QCOMPARE(valueFromText(ValueType::Number, QStringLiteral("0.5")), QJsonValue(0.5));
        QCOMPARE(valueFromText(ValueType::String, QStringLiteral("12")), QJsonValue(QStringLiteral("12")));
        const QJsonArray list{QStringLiteral("a"), QStringLiteral("b")};
        QCOMPARE(valueFromText(ValueType::Strings, QStringLiteral("a, b")), QJsonValue(list));
    }

    void nearest()
    {
        const QStringList names{QStringLiteral("io_threads"), QStringLiteral("id")};
        QCOMPARE(nearestName(QStringLiteral("io_thread"), names),
                 std::optional(QStringLiteral("io_threads")));
        QCOMPARE(nearestName(QStringLiteral("iothreads"), names),
                 std::optional(QStringLiteral("io_threads")));
        QVERIFY(!nearestName(QStringLiteral("zzzzzzz"), names));
        QVERIFY(!nearestName(QStringLiteral("x"), {}));
    }
};

QTEST_APPLESS_MAIN(ValueRuleTest)
#include "value_rule_test.moc"

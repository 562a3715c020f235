// SPDX-License-Identifier: GPL-3.0-or-later
// usage: storage_postgresql_suites direct|pooled SUITE[,SUITE...] [ARGUMENT OF QT TEST...]
// The named suites on PostgreSQL, or behind a PgBouncer.
#include "attachment_conformance.h"
#include "collapse_conformance.h"
#include "dead_letter_conformance.h"
#include "expiry_conformance.h"
#include "fan_out_conformance.h"
#include "idempotency_conformance.h"
#include "on_postgresql.h"
#include "receipt_conformance.h"
#include "replacement_conformance.h"
#include "schedule_conformance.h"
#include "storage_conformance.h"

#include <QCoreApplication>

#include <cstdio>
#include <map>

using namespace hudhud;

namespace {

enum class Way : quint8 { Direct, Pooled };
using Run = int (*)(Way, const QStringList &);

template <typename Suite> int run(Way way, const QStringList &arguments)
{
    OnPostgresql<Suite> suite(way == Way::Pooled ? OnPostgresql<Suite>::Way::Pooled : OnPostgresql<Suite>::Way::Direct);
    return QTest::qExec(&suite, arguments);
}

const std::map<QString, Run> &suites()
{
    static const std::map<QString, Run> all{
        {QStringLiteral("attachments"), run<AttachmentConformance>},
        {QStringLiteral("collapse"), run<CollapseConformance>},
        {QStringLiteral("dead-letters"), run<DeadLetterConformance>},
        {QStringLiteral("expiry"), run<ExpiryConformance>},
        {QStringLiteral("fan-out"), run<FanOutConformance>},
        {QStringLiteral("idempotency"), run<IdempotencyConformance>},
        {QStringLiteral("receipts"), run<ReceiptConformance>},
        {QStringLiteral("replacement"), run<ReplacementConformance>},
        {QStringLiteral("schedule"), run<ScheduleConformance>},
        {QStringLiteral("storage"), run<StorageConformance>},
    };
    return all;
}

} // namespace

int main(int count, char **values)
{
    const QCoreApplication application(count, values);
    QStringList arguments = QCoreApplication::arguments();
    const QString way = arguments.size() > 2 ? arguments.takeAt(1) : QString();
    const QStringList names = arguments.size() > 1 ? arguments.takeAt(1).split(u',') : QStringList();
    if (way != QLatin1String("direct") && way != QLatin1String("pooled")) {
        std::fputs("usage: storage_postgresql_suites direct|pooled SUITE[,SUITE...] [ARGUMENT OF QT TEST...]\n", stderr);
        return 2;
    }
    int failures = 0;
    for (const QString &name : names) {
        const auto suite = suites().find(name);
        if (suite == suites().end()) {
            std::fprintf(stderr, "There is no suite '%s'.\n", qPrintable(name));
            return 2;
        }
        failures += suite->second(way == QLatin1String("pooled") ? Way::Pooled : Way::Direct, arguments);
    }
    return failures;
}

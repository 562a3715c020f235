// SPDX-License-Identifier: GPL-3.0-or-later
// The suites of what has become part of a message's life, on the plugin that the build names.
#include "collapse_conformance.h"
#include "expiry_conformance.h"
#include "idempotency_conformance.h"
#include "receipt_conformance.h"
#include "replacement_conformance.h"
#include "schedule_conformance.h"

#include <QCoreApplication>

using namespace hudhud;

namespace {

template <typename Suite> int run(int count, char **arguments)
{
    OnPlugin<Suite, HUDHUD_STORAGE_KEEPS_DATA> suite(QStringLiteral(HUDHUD_STORAGE_NAME));
    return QTest::qExec(&suite, count, arguments);
}

template <typename... Suites> int runAll(int count, char **arguments)
{
    return (run<Suites>(count, arguments) + ...);
}

} // namespace

int main(int count, char **arguments)
{
    const QCoreApplication application(count, arguments);
    return runAll<IdempotencyConformance, ExpiryConformance, ScheduleConformance, CollapseConformance, ReplacementConformance, ReceiptConformance>(count, arguments);
}

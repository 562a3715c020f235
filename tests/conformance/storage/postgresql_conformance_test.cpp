// SPDX-License-Identifier: GPL-3.0-or-later
// The suites that the build names, on PostgreSQL or behind a PgBouncer.
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

using namespace hudhud;

namespace {

template <typename Suite> int run(int count, char **arguments)
{
    OnPostgresql<Suite> suite(OnPostgresql<Suite>::Way::HUDHUD_WAY);
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
    return runAll<HUDHUD_SUITES>(count, arguments);
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage_conformance.h"

namespace hudhud {

using namespace std::chrono_literals;

/// What the role promises of a store that nobody has touched: no finding, and events that say what the rows say.
void StorageConformance::findsNothingInASoundStore()
{
    using enum MessageStatus;
    accept();
    const Message processing = accept();
    QVERIFY(change(processing, {Processing}, m_clock.now() + 5s));
    const Message failed = accept("967771234568");
    QVERIFY(change(failed, {Processing, Failed}, m_clock.now() + 5s));
    const Message delivered = accept();
    QVERIFY(change(delivered, {Processing, Delivered}));
    const Message dead = accept();
    QVERIFY(change(dead, {DeadLetter}));
    const Message replayed = accept();
    QVERIFY(change(replayed, {DeadLetter, Queued}));
    for (int rows : {1, 1'000}) {
        for (const ConsistencyScope scope : {ConsistencyScope::Queue, ConsistencyScope::All}) {
            QByteArray from;
            do {
                const auto step = m_writer->consistency().check(scope, from, rows, m_clock.now());
                QVERIFY(step);
                QVERIFY(step->findings.empty());
                from = step->next;
            } while (!from.isEmpty());
        }
        QByteArray from;
        do {
            const auto step = m_writer->consistency().rebuild(from, rows);
            QVERIFY(step);
            QVERIFY(step->findings.empty());
            from = step->next;
        } while (!from.isEmpty());
    }
    QCOMPARE(m_reader->statistics()->pending, 4);
}

} // namespace hudhud

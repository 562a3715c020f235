// SPDX-License-Identifier: GPL-3.0-or-later
#include "deadletters/automatic_redrive.h"

#include "opened_store.h"

#include <set>

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

namespace {

constexpr char Online[] = "967770000001";
constexpr char Offline[] = "967770000002";

} // namespace

class AutomaticRedriveTest : public QObject
{
    Q_OBJECT

private:
    struct Bench
    {
        explicit Bench(bool isOn = true)
        {
            options.redrive = isOn;
            options.redriveAfter = 10min;
            redrive.start(store.client());
        }
        void walk()
        {
            redrive.walk();
            store.client().drain();
        }
        /// Runs all jobs to their end.
        void finishJobs()
        {
            const auto jobs = store.reader().jobs().running();
            for (const Job &job : *jobs)
                QVERIFY(store.writer().jobs().advance(job.id, 100'000, store.clock.now()));
        }

        DeadLetterOptions options;
        OpenedStore store;
        int created = 0;
        AutomaticRedrive redrive{options, store.clock,
                                 [](const Recipient &recipient) { return recipient.view() == QByteArrayView(Online); },
                                 [this] { ++created; }};
    };

private Q_SLOTS:
    void replaysForConnectedRecipientsOnly()
    {
        Bench bench;
        const MessageId online = bench.store.dead(Online);
        const MessageId offline = bench.store.dead(Offline);
        const MessageId rejected = bench.store.dead(Online, DeadLetterReason::Rejected);
        bench.walk();
        QCOMPARE(bench.created, 0); // They have to rest first.
        bench.store.clock.wall += 11min;
        bench.walk();
        QCOMPARE(bench.created, 1);
        bench.finishJobs();
        QVERIFY(bench.store.find(online)->status == MessageStatus::Queued);
        QVERIFY(bench.store.find(offline)->status == MessageStatus::DeadLetter);
        QVERIFY(bench.store.find(rejected)->status == MessageStatus::DeadLetter);
        const auto audit = bench.store.reader().audit().list({});
        QCOMPARE(audit->front().actor, QByteArray("hudhud"));
        QCOMPARE(audit->front().action, QByteArray("dead-letters.redrive"));
        QCOMPARE(audit->front().count, 1);
    }

    void leavesAMessageAloneAfterItsGenerations()
    {
        Bench bench;
        bench.options.redriveGenerations = 2;
        const MessageId id = bench.store.dead(Online);
        for (int generation = 1; generation <= 2; ++generation) {
            bench.store.clock.wall += 11min;
            bench.walk();
            QCOMPARE(bench.created, generation);
            bench.finishJobs();
            bench.store.change(id, Online, MessageStatus::DeadLetter);
        }
        bench.store.clock.wall += 11min;
        bench.walk();
        QCOMPARE(bench.created, 2);
        QCOMPARE(bench.store.find(id)->replayCount, quint16(2));
    }

    void waitsForItsLastJob()
    {
        Bench bench;
        bench.store.dead(Online);
        bench.store.clock.wall += 11min;
        bench.walk();
        bench.walk();
        QCOMPARE(bench.created, 1);
        bench.finishJobs();
        bench.store.dead(Online);
        bench.store.clock.wall += 11min;
        bench.walk();
        QCOMPARE(bench.created, 2);
    }

    void walksOverAllPages()
    {
        Bench bench;
        for (int i = 0; i < 2'500; ++i)
            bench.store.dead(i % 2 == 0 ? Online : Offline);
        bench.store.clock.wall += 11min;
        bench.walk();
        QCOMPARE(bench.created, 3);
        bench.finishJobs();
        QCOMPARE(bench.store.deadCount(), 1'250);
    }

    void isOffUnlessConfigured()
    {
        QVERIFY(!DeadLetterOptions().redrive);
        Bench bench(false);
        QVERIFY(bench.store.client().isIdle());
    }
};

QTEST_GUILESS_MAIN(AutomaticRedriveTest)
#include "automatic_redrive_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "idempotency_tail.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <map>

using namespace hudhud;

class IdempotencyTailTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEachEntryOfAHash()
    {
        IdempotencyTail tail(4);
        tail.add({7, 1});
        tail.add({7, 2});
        tail.add({8, 3}); // The slot that the second one has taken.
        QCOMPARE(find(tail, 7), (std::vector<qint64>{1, 2}));
        QCOMPARE(find(tail, 8), (std::vector<qint64>{3}));
        QVERIFY(find(tail, 9).empty());
    }

    void aRemovedOneDoesNotHideThoseBehindIt()
    {
        IdempotencyTail tail(4);
        tail.add({7, 1});
        tail.add({7, 2});
        tail.add({8, 3});
        tail.remove({7, 2});
        tail.remove({7, 4}); // Not there.
        QCOMPARE(find(tail, 7), (std::vector<qint64>{1}));
        QCOMPARE(find(tail, 8), (std::vector<qint64>{3}));
        QCOMPARE(tail.size(), std::size_t(2));
    }

    void isAMapWhateverIsDone()
    {
        // Few hashes at the upper end of the table, so that probes run into each other and wrap around.
        QRandomGenerator random(20'261'129);
        IdempotencyTail tail(8);
        std::multimap<qint64, qint64> model;
        for (qint64 number = 1; number < 20'000; ++number) {
            const qint64 hash = -1 - random.bounded(40);
            if (random.bounded(2) == 0 || model.size() > 64) {
                if (const auto entry = model.find(hash); entry != model.end()) {
                    tail.remove({entry->first, entry->second});
                    model.erase(entry);
                }
            } else {
                tail.add({hash, number});
                model.emplace(hash, number);
            }
            if (random.bounded(5'000) == 0) {
                std::vector<IdempotencyEntry> expected;
                for (const auto &[modelHash, modelNumber] : model)
                    expected.push_back({modelHash, modelNumber});
                std::ranges::sort(expected);
                QVERIFY(tail.takeSorted() == expected);
                model.clear();
            }
            QCOMPARE(tail.size(), model.size());
            const auto [begin, end] = model.equal_range(hash);
            std::vector<qint64> expected;
            std::transform(begin, end, std::back_inserter(expected), [](const auto &pair) { return pair.second; });
            std::ranges::sort(expected);
            QCOMPARE(find(tail, hash), expected);
        }
    }

private:
    static std::vector<qint64> find(const IdempotencyTail &tail, qint64 hash)
    {
        std::vector<qint64> numbers;
        tail.find(hash, numbers);
        std::ranges::sort(numbers);
        return numbers;
    }
};

QTEST_GUILESS_MAIN(IdempotencyTailTest)
#include "idempotency_tail_test.moc"

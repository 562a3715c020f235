// SPDX-License-Identifier: GPL-3.0-or-later
#include "pluginhost/dependency_order.h"

#include <QTest>

using namespace hudhud;

class DependencyOrderTest : public QObject
{
    Q_OBJECT

    using Items = std::vector<std::size_t>;

private Q_SLOTS:
    void independentItemsStay()
    {
        const std::vector<Items> dependencies{{}, {}, {}};
        QCOMPARE(dependencyOrder(dependencies).value(), (Items{0, 1, 2}));
    }

    void dependenciesComeFirst()
    {
        const std::vector<Items> dependencies{{2}, {}, {3}, {}};
        QCOMPARE(dependencyOrder(dependencies).value(), (Items{3, 2, 0, 1}));
    }

    void diamond()
    {
        const std::vector<Items> dependencies{{1, 2}, {3}, {3}, {}};
        QCOMPARE(dependencyOrder(dependencies).value(), (Items{3, 1, 2, 0}));
    }

    void cyclesAreNamedAsPath()
    {
        const std::vector<Items> dependencies{{1}, {2}, {1}};
        const auto order = dependencyOrder(dependencies);
        QVERIFY(!order);
        QCOMPARE(order.error(), (Items{1, 2, 1}));
        const std::vector<Items> selfish{{0}};
        QCOMPARE(dependencyOrder(selfish).error(), (Items{0, 0}));
    }
};

QTEST_APPLESS_MAIN(DependencyOrderTest)
#include "dependency_order_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/page_catalogue.h"

#include "pages/api_keys_page.h"
#include "pages/cache_page.h"
#include "pages/connections_page.h"
#include "pages/consistency_page.h"
#include "pages/dead_letters_page.h"
#include "pages/messages_page.h"
#include "pages/nodes_page.h"
#include "pages/overview_page.h"
#include "pages/queues_page.h"
#include "pages/recipient_page.h"
#include "pages/reference_pages.h"

#include <QCoreApplication>

namespace hudhud::console {

namespace {

template <typename T> Page *createPage(Session &session)
{
    return new T(session);
}

constexpr PageEntry Entries[] = {
    {"overview", QT_TRANSLATE_NOOP("Pages", "Overview"), createPage<OverviewPage>},
    {"dead-letters", QT_TRANSLATE_NOOP("Pages", "Dead letters"), createPage<DeadLettersPage>},
    {"messages", QT_TRANSLATE_NOOP("Pages", "Messages"), createPage<MessagesPage>},
    {"recipient", QT_TRANSLATE_NOOP("Pages", "Recipient"), createPage<RecipientPage>},
    {"connections", QT_TRANSLATE_NOOP("Pages", "Connections"), createPage<ConnectionsPage>},
    {"queues", QT_TRANSLATE_NOOP("Pages", "Queues"), createPage<QueuesPage>},
    {"nodes", QT_TRANSLATE_NOOP("Pages", "Nodes"), createPage<NodesPage>},
    {"audit", QT_TRANSLATE_NOOP("Pages", "Audit"), createPage<AuditPage>},
    {"consistency", QT_TRANSLATE_NOOP("Pages", "Consistency"), createPage<ConsistencyPage>},
    {"cache", QT_TRANSLATE_NOOP("Pages", "Cache"), createPage<CachePage>},
    {"plugins", QT_TRANSLATE_NOOP("Pages", "Plugins"), createPage<PluginsPage>},
    {"configuration", QT_TRANSLATE_NOOP("Pages", "Configuration"), createPage<ConfigurationPage>},
    {"apikeys", QT_TRANSLATE_NOOP("Pages", "API keys"), createPage<ApiKeysPage>},
};

} // namespace

QString PageEntry::translatedTitle() const
{
    return QCoreApplication::translate("Pages", title);
}

std::span<const PageEntry> pageCatalogue()
{
    return Entries;
}

} // namespace hudhud::console

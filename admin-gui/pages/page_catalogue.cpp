// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/page_catalogue.h"

#include "pages/dead_letters_page.h"
#include "pages/overview_page.h"

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

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <span>

namespace hudhud::console {

class Page;
class Session;

/// A page as the navigation and the command box know it.
struct PageEntry
{
    const char *id;
    const char *title; ///< English; translated in the context "Pages".
    Page *(*create)(Session &session);

    QString translatedTitle() const;
};

/// In the order of the navigation.
std::span<const PageEntry> pageCatalogue();

} // namespace hudhud::console

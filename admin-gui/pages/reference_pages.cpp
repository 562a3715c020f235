// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/reference_pages.h"

#include "models/record_lists.h"
#include "pages/export_dialog.h"
#include "widgets/record_table.h"

namespace hudhud::console {

using namespace Qt::StringLiterals;

AuditPage::AuditPage(Session &session, QWidget *parent)
    : ListPage(session, u"audit"_s, auditList(),
               {{u"actor"_s, QT_TRANSLATE_NOOP("Filters", "Who")},
                {u"action"_s, QT_TRANSLATE_NOOP("Filters", "What, like dead-letters.replay")},
                {u"target"_s, QT_TRANSLATE_NOOP("Filters", "Text in the detail")},
                {u"from"_s, QT_TRANSLATE_NOOP("Filters", "From, like 2026-12-01T14:00:00Z")},
                {u"until"_s, QT_TRANSLATE_NOOP("Filters", "Until, like 2026-12-01T15:00:00Z")}},
               PersonalData::None, parent)
{
    table().setEmptyText(tr("Nothing was changed yet."));
    table().setAccessibleName(tr("Audit"));
    addCommand(tr("Export\u2026"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), [this] {
        auto *dialog = new ExportDialog(client(), auditList(), records().filter(), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
}

PluginsPage::PluginsPage(Session &session, QWidget *parent)
    : ListPage(session, u"plugins"_s, pluginList(), {}, PersonalData::None, parent)
{
    table().setAccessibleName(tr("Plugins"));
}

ConfigurationPage::ConfigurationPage(Session &session, QWidget *parent)
    : ListPage(session, u"configuration"_s, configurationList(), {}, PersonalData::None, parent)
{
    table().setAccessibleName(tr("Configuration"));
}

} // namespace hudhud::console

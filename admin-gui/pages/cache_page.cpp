// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/cache_page.h"

#include "models/texts.h"
#include "widgets/facts.h"
#include "widgets/notice_bar.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace hudhud::console {

using namespace Qt::StringLiterals;

CachePage::CachePage(Session &session, QWidget *parent)
    : Page(session, u"cache"_s, parent)
    , m_facts(new Facts)
    , m_pattern(new QLineEdit)
{
    m_pattern->setPlaceholderText(tr("Keys, like presence:*"));
    m_pattern->setAccessibleName(tr("Keys to forget"));
    m_pattern->setMaxLength(256);
    m_pattern->setMaximumWidth(300);
    auto *forget = new QPushButton(tr("Forget"));
    forget->setToolTip(tr("Removes these keys from the cache; they are read from the store again"));
    forget->setEnabled(false);
    connect(m_pattern, &QLineEdit::textChanged, this, [this, forget](const QString &text) {
        forget->setEnabled(!text.trimmed().isEmpty() && this->session().mayAdminister());
    });
    connect(forget, &QPushButton::clicked, this, &CachePage::invalidate);
    auto *row = new QHBoxLayout;
    row->addWidget(m_pattern, 1);
    row->addWidget(forget);
    row->addStretch(1);
    content()->addWidget(m_facts);
    content()->addLayout(row);
    content()->addStretch();
}

void CachePage::refresh()
{
    client().send(AdminRequest::get(u"/cache"_s), this, [this](const Result<QJsonObject> &answer) {
        if (!answer)
            return m_facts->setText(answer.error().text().toHtmlEscaped());
        const QJsonObject &cache = *answer;
        m_facts->display({{tr("Plugin"), cache["plugin"_L1].toString()},
                          {tr("Entries"), numberText(cache["entries"_L1])},
                          {tr("Size"), QLocale().formattedDataSize(cache["sizeBytes"_L1].toInteger())},
                          {tr("Found"), percentText(cache["hitRate"_L1].toDouble())},
                          {tr("Hits"), numberText(cache["hits"_L1])},
                          {tr("Misses"), numberText(cache["misses"_L1])},
                          {tr("Pushed out"), numberText(cache["evictions"_L1])},
                          {tr("Expired"), numberText(cache["expirations"_L1])}});
    });
}

void CachePage::invalidate()
{
    const QJsonObject body{{u"pattern"_s, m_pattern->text().trimmed()}};
    change(AdminRequest::change("POST", u"/cache/invalidate"_s, body), {}, [this](const QJsonObject &answer) {
        notice().display(
            Level::Good,
            tr("%n key(s) forgotten.", nullptr, static_cast<int>(answer["removed"_L1].toInteger())));
    });
}

} // namespace hudhud::console

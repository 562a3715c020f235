// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/dead_letters.h"
#include "models/record_model.h"
#include "pages/page.h"

class QLabel;
class QPushButton;
class QTabWidget;

namespace hudhud::console {

class FilterBar;
class JobPanel;
class MessageView;
class RecordTable;

/// Dead letters by failure, the messages of a failure with their lives, and what can be done about them; the
/// jobs that do it. Thread: the main thread.
class DeadLettersPage final : public Page
{
    Q_OBJECT

public:
    explicit DeadLettersPage(Session &session, QWidget *parent = nullptr);

    void refresh() override;
    /// A signature, an id of a message (36 characters), or "job 17".
    void open(const QString &argument) override;
    void focusFilter() override;

private:
    QWidget *createLetters();
    QWidget *createJobs();
    void createActions();
    void applyFilter();
    void showCurrent();
    void showMessage(const QString &id);
    void countMatches();
    void updateActions();
    DeadLetterSelection selection() const;
    /// "All 1,234 dead letters that match …" or "The 3 selected dead letters".
    QString selectionText(const DeadLetterSelection &selection) const;
    void replay();
    void edit();
    void discard();
    void restore(const DeadLetterSelection &selection);
    void exportLetters();

    RecordModel m_groups;
    RecordModel m_letters;
    RecordModel m_jobs;
    RecordTable *m_groupTable = nullptr;
    RecordTable *m_letterTable = nullptr;
    RecordTable *m_jobTable = nullptr;
    FilterBar *m_filter = nullptr;
    MessageView *m_message = nullptr;
    JobPanel *m_jobPanel = nullptr;
    QTabWidget *m_tabs = nullptr;
    QLabel *m_matches = nullptr;
    QAction *m_replay = nullptr;
    QAction *m_edit = nullptr;
    QAction *m_discard = nullptr;
    QAction *m_export = nullptr;
    QString m_shownMessage;
    qint64 m_matching = -1; ///< What the filter finds; -1: not known yet.
};

} // namespace hudhud::console

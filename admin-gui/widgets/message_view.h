// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QWidget>

class QPlainTextEdit;
class QTableWidget;
class QTabWidget;

namespace hudhud::console {

class ContentViewer;
class Facts;

/// One message: what it is, its life as a timeline, what it carries, and all of it as JSON. Thread: the main
/// thread.
class MessageView final : public QWidget
{
    Q_OBJECT

public:
    explicit MessageView(QWidget *parent = nullptr);

    /// `details`: with `message` and `events`, as GET /dlq/{id} and GET /messages/{id} answer.
    void display(const QJsonObject &details);
    void displayText(const QString &text); ///< Instead of a message: what is wrong, or what to do.
    const QJsonObject &details() const { return m_details; }

private:
    void fillSummary();
    void fillTimeline();

    QJsonObject m_details;
    Facts *m_summary;
    QTabWidget *m_tabs;
    QTableWidget *m_timeline;
    ContentViewer *m_content;
    QPlainTextEdit *m_json;
};

} // namespace hudhud::console

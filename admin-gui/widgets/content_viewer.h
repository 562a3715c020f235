// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QTabWidget>

class QPlainTextEdit;

namespace hudhud::console {

/// Shows what a message carries: as text, as indented JSON when it is that, and as bytes. Thread: the main
/// thread.
class ContentViewer final : public QTabWidget
{
    Q_OBJECT

public:
    explicit ContentViewer(QWidget *parent = nullptr);

    void display(const QString &content);

private:
    QPlainTextEdit *m_text;
    QPlainTextEdit *m_json;
    QPlainTextEdit *m_hex;
};

/// Offset, sixteen bytes and their ASCII in each line; at most the first 64 KiB.
QString hexDump(const QByteArray &bytes);
/// Indented, or empty when the text is no JSON object or array.
QString indentedJson(const QString &text);
/// For text that is read letter by letter: fixed width, not editable.
QPlainTextEdit *createMonospaceView();

} // namespace hudhud::console

// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/content_viewer.h"

#include <QFontDatabase>
#include <QJsonDocument>
#include <QPlainTextEdit>

#include <algorithm>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaximumDump = 65'536;
constexpr qsizetype BytesOfLine = 16;

/// Keeps the position while the same is shown again.
void setText(QPlainTextEdit *view, const QString &text)
{
    if (view->toPlainText() != text)
        view->setPlainText(text);
}

} // namespace

QPlainTextEdit *createMonospaceView()
{
    auto *view = new QPlainTextEdit;
    view->setReadOnly(true);
    view->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    view->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    view->setTabChangesFocus(true);
    view->setLayoutDirection(Qt::LeftToRight); // JSON and bytes are written so in every language.
    return view;
}

QString hexDump(const QByteArray &bytes)
{
    QString dump;
    const qsizetype size = std::min(bytes.size(), MaximumDump);
    for (qsizetype offset = 0; offset < size; offset += BytesOfLine) {
        const QByteArray line = bytes.mid(offset, BytesOfLine);
        QString ascii;
        for (const char byte : line)
            ascii += QLatin1Char(byte >= ' ' && byte <= '~' ? byte : '.');
        dump += u"%1  %2  %3\n"_s.arg(offset, 8, 16, QLatin1Char('0'))
                    .arg(QString::fromLatin1(line.toHex(' ')), -(3 * static_cast<int>(BytesOfLine) - 1))
                    .arg(ascii);
    }
    if (bytes.size() > size)
        dump += u"\u2026\n"_s;
    return dump;
}

QString indentedJson(const QString &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8());
    return document.isNull() ? QString() : QString::fromUtf8(document.toJson(QJsonDocument::Indented));
}

ContentViewer::ContentViewer(QWidget *parent)
    : QTabWidget(parent)
    , m_text(new QPlainTextEdit)
    , m_json(createMonospaceView())
    , m_hex(createMonospaceView())
{
    setDocumentMode(true);
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    addTab(m_text, tr("Text"));
    addTab(m_json, tr("JSON"));
    addTab(m_hex, tr("Bytes"));
    for (QPlainTextEdit *view : {m_json, m_hex})
        view->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setAccessibleName(tr("Content as text"));
    m_json->setAccessibleName(tr("Content as JSON"));
    m_hex->setAccessibleName(tr("Content as bytes"));
}

void ContentViewer::display(const QString &content)
{
    const QString json = indentedJson(content);
    setText(m_text, content);
    setText(m_json, json);
    setText(m_hex, hexDump(content.toUtf8()));
    setTabVisible(1, !json.isEmpty());
}

} // namespace hudhud::console

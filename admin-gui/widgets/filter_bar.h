// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QTimer>
#include <QUrlQuery>
#include <QWidget>

class QComboBox;
class QLineEdit;

namespace hudhud::console {

/// A field of a filter: what the API calls it and how it is asked for.
struct FilterField
{
    enum class Kind : quint8 {
        Text,
        Choice, ///< One of `choices`, or any.
        Number,
        Flag, ///< `true`, or not asked for.
    };

    QString parameter; ///< Of the API.
    const char *title; ///< English; translated in the context "Filters".
    Kind kind = Kind::Text;
    QStringList choices = {}; ///< Words of the API.
};

/// A row of fields that together filter a list on the server. What was entered is remembered. Ctrl+F leads to
/// the first field, Escape empties all. Thread: the main thread.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    FilterBar(QList<FilterField> fields, const QString &settingsKey, QWidget *parent = nullptr);

    /// Only what was entered.
    QUrlQuery query() const;
    void set(const QString &parameter, const QString &value);
    QString value(const QString &parameter) const;
    void clear();
    /// Empties all others.
    void setOnly(const QString &parameter, const QString &value);
    void focusFirst();

Q_SIGNALS:
    /// The user stopped typing, or chose.
    void changed(const QUrlQuery &query);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *createEditor(const FilterField &field);
    void announce();

    QList<FilterField> m_fields;
    QList<QWidget *> m_editors; ///< One for each field.
    QString m_settingsKey;
    QTimer m_typing;
};

} // namespace hudhud::console

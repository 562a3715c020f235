// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/connection_profile.h"
#include "connection/secret_store.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace hudhud::console {

/// The servers that the operator knows: choose, make, change, remove. Thread: the main thread.
class ProfileDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit ProfileDialog(SecretStore &secrets, QWidget *parent = nullptr);

Q_SIGNALS:
    void chosen(const hudhud::console::ConnectionProfile &profile, const QString &token);

private:
    QWidget *createForm();
    void showProfile(int row);
    void addProfile();
    void removeProfile();
    void chooseColour();
    void setColour(const QString &colour);
    /// False, with the reason shown, when something is wrong.
    bool keepForm();
    void connectToChosen();

    SecretStore &m_secrets;
    QList<ConnectionProfile> m_profiles;
    int m_shown = -1;
    QString m_colour;
    QListWidget *m_list;
    QLineEdit *m_name;
    QLineEdit *m_url;
    QLineEdit *m_token;
    QPushButton *m_colourButton;
    QCheckBox *m_readOnly;
    QLabel *m_problem;
    QPushButton *m_connect;
};

} // namespace hudhud::console

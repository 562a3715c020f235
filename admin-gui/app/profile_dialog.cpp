// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_dialog.h"

#include "widgets/theme.h"

#include <QCheckBox>
#include <QColorDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

bool isLoopback(const QUrl &url)
{
    return url.host() == "127.0.0.1"_L1 || url.host() == "localhost"_L1 || url.host() == "::1"_L1;
}

QIcon colourIcon(const QColor &colour)
{
    QPixmap pixmap(32, 32);
    pixmap.fill(colour);
    return QIcon(pixmap);
}

} // namespace

ProfileDialog::ProfileDialog(SecretStore &secrets, QWidget *parent)
    : QDialog(parent)
    , m_secrets(secrets)
    , m_profiles(ProfileStore::load())
    , m_list(new QListWidget)
    , m_name(new QLineEdit)
    , m_url(new QLineEdit)
    , m_token(new QLineEdit)
    , m_colourButton(new QPushButton(tr("Choose\u2026")))
    , m_readOnly(new QCheckBox(tr("Read-only: never change anything from here")))
    , m_problem(new QLabel)
{
    setWindowTitle(tr("Connections \u2014 Hudhud"));
    resize(720, 380);
    m_list->setAccessibleName(tr("Servers"));
    auto *add = new QPushButton(tr("&New"));
    auto *remove = new QPushButton(tr("Re&move"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_connect = buttons->addButton(tr("C&onnect"), QDialogButtonBox::ActionRole);
    m_connect->setDefault(true);
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    QPalette colours = m_problem->palette();
    colours.setColor(QPalette::WindowText, theme::levelColour(Level::Bad));
    m_problem->setPalette(colours);

    auto *grid = new QGridLayout(this);
    grid->addWidget(m_list, 0, 0, 1, 2);
    grid->addWidget(add, 1, 0);
    grid->addWidget(remove, 1, 1);
    grid->addWidget(createForm(), 0, 2);
    grid->addWidget(buttons, 1, 2);
    grid->setColumnStretch(2, 1);
    m_list->setMaximumWidth(220);

    for (const ConnectionProfile &profile : std::as_const(m_profiles))
        m_list->addItem(new QListWidgetItem(colourIcon(QColor(profile.colour)), profile.name));
    connect(m_list, &QListWidget::currentRowChanged, this, &ProfileDialog::showProfile);
    connect(m_list, &QListWidget::itemActivated, this, &ProfileDialog::connectToChosen);
    connect(add, &QPushButton::clicked, this, &ProfileDialog::addProfile);
    connect(remove, &QPushButton::clicked, this, &ProfileDialog::removeProfile);
    connect(m_connect, &QPushButton::clicked, this, &ProfileDialog::connectToChosen);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    if (m_profiles.isEmpty())
        addProfile();
    else
        m_list->setCurrentRow(0);
}

QWidget *ProfileDialog::createForm()
{
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setPlaceholderText(tr("hudhud-server token --role operator --claim sub=you"));
    m_url->setLayoutDirection(Qt::LeftToRight);
    m_url->setPlaceholderText(u"https://push.example.org:8081"_s);
    connect(m_colourButton, &QPushButton::clicked, this, &ProfileDialog::chooseColour);
    auto *form = new QFormLayout;
    form->addRow(tr("N&ame"), m_name);
    form->addRow(tr("A&ddress"), m_url);
    form->addRow(tr("&Token"), m_token);
    form->addRow(tr("Co&lour"), m_colourButton);
    form->addRow(QString(), m_readOnly);
    form->addRow(m_problem);
    auto *widget = new QWidget;
    widget->setLayout(form);
    return widget;
}

void ProfileDialog::showProfile(int row)
{
    m_shown = row;
    if (row < 0 || row >= m_profiles.size())
        return;
    const ConnectionProfile &profile = m_profiles[row];
    m_name->setText(profile.name);
    m_url->setText(profile.url.toString());
    m_readOnly->setChecked(profile.readOnly);
    setColour(profile.colour);
    m_problem->clear();
    m_token->clear();
    m_secrets.read(profile.id, this, [this, row](const QString &token) {
        if (row == m_shown && m_token->text().isEmpty())
            m_token->setText(token);
    });
}

void ProfileDialog::addProfile()
{
    m_profiles.append(ProfileStore::create(tr("New server"), QUrl(u"http://127.0.0.1:8081"_s)));
    const ConnectionProfile &profile = m_profiles.last();
    m_list->addItem(new QListWidgetItem(colourIcon(QColor(profile.colour)), profile.name));
    m_list->setCurrentRow(m_list->count() - 1);
    m_name->selectAll();
    m_name->setFocus();
}

void ProfileDialog::removeProfile()
{
    const int row = m_list->currentRow();
    if (row < 0
        || QMessageBox::question(this, tr("Remove"),
                                 tr("Forget the server %1 and its token?").arg(m_profiles[row].name))
            != QMessageBox::Yes)
        return;
    m_secrets.remove(m_profiles[row].id);
    m_profiles.removeAt(row);
    ProfileStore::save(m_profiles);
    delete m_list->takeItem(row);
}

void ProfileDialog::chooseColour()
{
    const QColor colour = QColorDialog::getColor(QColor(m_colour), this);
    if (colour.isValid())
        setColour(colour.name());
}

void ProfileDialog::setColour(const QString &colour)
{
    m_colour = colour;
    m_colourButton->setIcon(colourIcon(QColor(colour)));
}

bool ProfileDialog::keepForm()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return false;
    const QUrl url(m_url->text().trimmed(), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
        m_problem->setText(tr("The address must look like https://push.example.org:8081."));
        return false;
    }
    if (m_token->text().trimmed().isEmpty()) {
        m_problem->setText(tr("A token is needed; hudhud-server token makes one."));
        return false;
    }
    ConnectionProfile &profile = m_profiles[row];
    profile.name = m_name->text().trimmed().isEmpty() ? url.host() : m_name->text().trimmed();
    profile.url = url;
    profile.colour = m_colour;
    profile.readOnly = m_readOnly->isChecked();
    ProfileStore::save(m_profiles);
    return true;
}

void ProfileDialog::connectToChosen()
{
    if (!keepForm())
        return;
    const ConnectionProfile profile = m_profiles[m_list->currentRow()];
    const QString token = m_token->text().trimmed();
    if (profile.url.scheme() == "http"_L1 && !isLoopback(profile.url)
        && QMessageBox::warning(
               this, tr("Not encrypted"),
               tr("Without https everybody on the way can read the token and what you see. Connect?"),
               QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel)
            != QMessageBox::Yes)
        return;
    m_secrets.write(profile.id, token, this, [this, profile, token](SecretStore::Kept kept) {
        if (kept == SecretStore::Kept::InMemoryOnly) {
            QMessageBox::information(
                this, tr("Token not kept"),
                tr("There is no keychain on this machine: the token is forgotten when the "
                   "console ends. It is never written to a file."));
        }
        Q_EMIT chosen(profile, token);
        accept();
    });
}

} // namespace hudhud::console

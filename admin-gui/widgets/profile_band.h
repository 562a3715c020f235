// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/connection_profile.h"

#include <QWidget>

namespace hudhud::console {

/// The band across the top of every window: which server this is, in its colour, and whether it can be
/// changed from here. Thread: the main thread.
class ProfileBand final : public QWidget
{
    Q_OBJECT

public:
    explicit ProfileBand(const ConnectionProfile &profile, QWidget *parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ConnectionProfile m_profile;
};

} // namespace hudhud::console

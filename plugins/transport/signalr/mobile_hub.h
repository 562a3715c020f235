// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub_endpoint.h"
#include "recipient_hub.h"
#include "signalr_settings.h"

namespace hudhud {

/// The phones' hub on one I/O thread. Thread and ownership: as RecipientHub.
class MobileHub final : public RecipientHub
{
public:
    MobileHub(const IoServices &services, const SignalRSettings &settings);

    HubEndpoint::Admitted createSession(const TokenIdentity &identity);

private:
    QByteArray m_refusedRole; ///< Empty: none.
};

} // namespace hudhud

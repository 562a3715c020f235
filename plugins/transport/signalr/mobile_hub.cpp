// SPDX-License-Identifier: GPL-3.0-or-later
#include "mobile_hub.h"

#include "recipient_session.h"

#include <algorithm>

namespace hudhud {

MobileHub::MobileHub(const IoServices &services, const SignalRSettings &settings)
    : RecipientHub(HubAudience::Phones, services, settings.chat)
    , m_refusedRole(settings.businessesOnPhoneHub ? QByteArray() : settings.businessRole)
{
}

HubEndpoint::Admitted MobileHub::createSession(const TokenIdentity &identity)
{
    if (!m_refusedRole.isEmpty() && std::ranges::find(identity.roles, m_refusedRole) != identity.roles.end())
        return std::unexpected("This hub is for phones; a token with the role '" + m_refusedRole
                               + "' belongs to the hub for businesses.");
    const std::optional<Recipient> recipient = Recipient::fromString(identity.subject);
    if (!recipient)
        return std::unexpected("The token names no phone number of 7 to 15 digits.");
    return std::make_unique<RecipientSession>(*this, *recipient);
}

} // namespace hudhud

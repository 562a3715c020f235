// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_exchange.h"

namespace hudhud {

void RequestExchange::setMailbox(int ioThread, Mailbox<HubParcel> *mailbox)
{
    const auto index = static_cast<std::size_t>(ioThread);
    const std::scoped_lock lock(m_mutex);
    if (m_boxes.size() <= index)
        m_boxes.resize(index + 1);
    m_boxes[index] = mailbox;
}

bool RequestExchange::post(int ioThread, HubParcel &&parcel)
{
    const auto index = static_cast<std::size_t>(ioThread);
    const std::scoped_lock lock(m_mutex);
    if (index >= m_boxes.size() || !m_boxes[index])
        return false;
    m_boxes[index]->post(std::move(parcel));
    return true;
}

} // namespace hudhud

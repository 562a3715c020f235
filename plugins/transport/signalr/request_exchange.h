// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/mailbox.h"
#include "hub_request.h"

#include <mutex>
#include <vector>

namespace hudhud {

/// The mailboxes of the plugin's workers by I/O thread: the way to a connection that another thread owns, and
/// back. Thread: any. Bounds: what travels belongs to a request that an endpoint holds open; RequestDesk
/// limits the bytes.
class RequestExchange
{
public:
    /// Opens (or with null closes) the box of a thread.
    void setMailbox(int ioThread, Mailbox<HubParcel> *mailbox);
    /// False when the box is closed; the parcel is gone then.
    bool post(int ioThread, HubParcel &&parcel);

private:
    std::mutex m_mutex; ///< Guards the pointers while a parcel is handed in.
    std::vector<Mailbox<HubParcel> *> m_boxes;
};

} // namespace hudhud

// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/settlement.h"

namespace hudhud {

QByteArray boundedReason(const QByteArray &reason)
{
    if (reason.size() <= MaximumReasonBytes)
        return reason;
    qsizetype end = MaximumReasonBytes;
    while (end > 0 && (static_cast<uchar>(reason[end]) & 0xC0) == 0x80)
        --end;
    return reason.first(end);
}

} // namespace hudhud

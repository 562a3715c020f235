// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub.h"

namespace hudhud {

void Hub::addMethod(const QByteArray &name, Method method)
{
    Q_ASSERT(!findMethod(name));
    m_methods.emplace_back(name, std::move(method));
}

const Hub::Method *Hub::findMethod(QByteArrayView name) const
{
    for (const auto &[own, method] : m_methods) {
        if (own.size() == name.size() && own.compare(name, Qt::CaseInsensitive) == 0)
            return &method;
    }
    return nullptr;
}

} // namespace hudhud

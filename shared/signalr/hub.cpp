// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub.h"

namespace hudhud {

void Hub::addMethod(Method method)
{
    Q_ASSERT(!findMethod(method.name));
    m_methods.push_back(std::move(method));
}

const Hub::Method *Hub::findMethod(QByteArrayView name) const
{
    for (const Method &method : m_methods) {
        if (method.name.size() == name.size() && method.name.compare(name, Qt::CaseInsensitive) == 0)
            return &method;
    }
    return nullptr;
}

} // namespace hudhud

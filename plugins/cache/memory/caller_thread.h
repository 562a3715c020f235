// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/cache.h"

#include <QObject>

#include <functional>
#include <memory>

namespace hudhud {

/// Makes a completion that any thread may call, once; the given one then runs on the thread that called this, from its
/// event loop.
template <typename T> std::function<void(Result<T>)> onThisThread(Cache::Completion<T> completion)
{
    const std::shared_ptr<QObject> caller(new QObject, [](QObject *object) { object->deleteLater(); });
    const auto shared = std::make_shared<Cache::Completion<T>>(std::move(completion));
    return [caller, shared](Result<T> result) {
        QMetaObject::invokeMethod(
            caller.get(),
            [caller, shared, result = std::move(result)]() mutable {
                if (*shared)
                    (*shared)(std::move(result));
            },
            Qt::QueuedConnection);
    };
}

} // namespace hudhud

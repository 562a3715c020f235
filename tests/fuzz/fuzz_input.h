// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// The entry that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace hudhud::fuzz {

inline QByteArrayView viewOf(const std::uint8_t *data, std::size_t size)
{
    return {reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)};
}

/// A copy of its own, of exactly that length, so that a read past the end is seen.
inline QByteArray exactCopy(QByteArrayView bytes)
{
    QByteArray copy(bytes.data(), bytes.size());
    copy.squeeze();
    return copy;
}

/// What must hold, whatever came.
inline void require(bool condition)
{
    if (!condition)
        std::abort();
}

} // namespace hudhud::fuzz

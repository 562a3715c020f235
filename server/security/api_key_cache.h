// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "plugin-api/storage.h"

#include <QByteArray>

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>

namespace hudhud {

/// Remembers for a while what the store said of API key hashes, unknown ones too. When full, the oldest
/// answer goes; unknown keys have a room of their own, so that a flood of them drives out no good key.
/// Thread: one. Hashes are compared in constant time.
class ApiKeyCache
{
public:
    ApiKeyCache(std::size_t capacity, std::chrono::milliseconds timeToLive)
        : m_known(capacity, timeToLive)
        , m_unknown(capacity, timeToLive)
    {
    }

    /// The remembered answer (null inside: there is no such key), or nothing when the store has to be asked.
    /// The pointer is valid until the next call.
    std::optional<const ApiKeyRecord *> find(const QByteArray &hash, SteadyTime now);
    void insert(const QByteArray &hash, const std::optional<ApiKeyRecord> &record, SteadyTime now);
    std::size_t size() const { return m_known.size() + m_unknown.size(); }

private:
    struct HashOfHash
    {
        std::size_t operator()(const QByteArray &hash) const;
    };
    struct ConstantTimeEqual
    {
        bool operator()(const QByteArray &one, const QByteArray &other) const;
    };

    /// Entries of one time to live expire in the order of their insertion, so one queue does for both limits.
    class Room
    {
    public:
        Room(std::size_t capacity, std::chrono::milliseconds timeToLive)
            : m_capacity(capacity)
            , m_timeToLive(timeToLive)
        {
        }

        const std::optional<ApiKeyRecord> *find(const QByteArray &hash, SteadyTime now);
        void insert(const QByteArray &hash, const std::optional<ApiKeyRecord> &record, SteadyTime now);
        void remove(const QByteArray &hash) { m_entries.erase(hash); }
        std::size_t size() const { return m_entries.size(); }

    private:
        struct Entry
        {
            std::optional<ApiKeyRecord> record;
            SteadyTime expiresAt;
        };
        struct Expiry
        {
            QByteArray hash;
            SteadyTime expiresAt;
        };
        void removeOldest();

        std::size_t m_capacity;
        std::chrono::milliseconds m_timeToLive;
        std::unordered_map<QByteArray, Entry, HashOfHash, ConstantTimeEqual> m_entries;
        std::deque<Expiry> m_expiries; ///< Oldest first; may name entries that were replaced since.
    };

    Room m_known;
    Room m_unknown;
};

} // namespace hudhud

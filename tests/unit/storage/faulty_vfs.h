// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <map>
#include <mutex>
#include <utility>

namespace hudhud {

/// Makes fsync fail on demand, for all databases that the process opens after `install`.
class FaultyVfs
{
public:
    static void install()
    {
        if (s_isInstalled)
            return;
        s_isInstalled = true;
        s_original = sqlite3_vfs_find(nullptr);
        s_vfs = *s_original;
        s_vfs.zName = "faulty";
        s_vfs.xOpen = open;
        sqlite3_vfs_register(&s_vfs, 1);
    }
    static void remove()
    {
        s_isSyncFailing = false;
        if (std::exchange(s_isInstalled, false))
            sqlite3_vfs_unregister(&s_vfs);
    }
    static void failSyncs(bool isFailing) { s_isSyncFailing = isFailing; }

private:
    static int open(sqlite3_vfs *, const char *name, sqlite3_file *file, int flags, int *outFlags)
    {
        const int code = s_original->xOpen(s_original, name, file, flags, outFlags);
        if (code == SQLITE_OK && file->pMethods)
            file->pMethods = &wrapped(*file->pMethods);
        return code;
    }
    /// The database and its log have different tables of methods, all with the same sync.
    static const sqlite3_io_methods &wrapped(const sqlite3_io_methods &methods)
    {
        const std::scoped_lock lock(s_mutex);
        const auto [entry, isNew] = s_methods.try_emplace(&methods, methods);
        if (isNew) {
            s_sync = methods.xSync;
            entry->second.xSync = sync;
        }
        return entry->second;
    }
    static int sync(sqlite3_file *file, int flags)
    {
        return s_isSyncFailing ? SQLITE_IOERR_FSYNC : s_sync.load()(file, flags);
    }

    inline static bool s_isInstalled = false;
    inline static sqlite3_vfs *s_original = nullptr;
    inline static sqlite3_vfs s_vfs{};
    inline static std::mutex s_mutex; ///< Guards the tables.
    inline static std::map<const sqlite3_io_methods *, sqlite3_io_methods> s_methods;
    inline static std::atomic<int (*)(sqlite3_file *, int)> s_sync = nullptr;
    inline static std::atomic_bool s_isSyncFailing = false;
};

} // namespace hudhud

-- A record's number begins with the milliseconds of its end, above 20 bits that make it unique: records are appended and
-- removed in their order without an index on the end.
CREATE TABLE numbered_idempotency (
    number INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,          -- Of API key and idempotency key.
    api_key_id INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,      -- 32 bytes
    ids BLOB NOT NULL,              -- 16 bytes for each message.
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO numbered_idempotency
SELECT (expires_at << 20) | (number & 1048575), hash, api_key_id, idempotency_key, fingerprint, ids, created_at
FROM idempotency ORDER BY expires_at, number;
DROP TABLE idempotency;
ALTER TABLE numbered_idempotency RENAME TO idempotency;

-- What finds a record by the hash of its key. Records above `watermark` may be missing here: they are found through
-- memory, and read back after a restart (idempotency_index.h).
CREATE TABLE idempotency_index (
    hash INTEGER NOT NULL,
    number INTEGER NOT NULL,        -- Of the record.
    PRIMARY KEY (hash, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency_tail (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    watermark INTEGER NOT NULL
) STRICT;
INSERT INTO idempotency_index SELECT hash, number FROM idempotency ORDER BY hash, number;
INSERT INTO idempotency_tail SELECT 1, ifnull(max(number), 0) FROM idempotency;

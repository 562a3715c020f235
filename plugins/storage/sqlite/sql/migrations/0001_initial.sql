-- The first schema. Why it looks like this: docs/decisions/0003-sqlite-layout.md.
-- Times are UTC milliseconds. A key is MessageId::orderKey(): the order of acceptance.
-- A recipient is its digits with a 1 in front, as a number.

-- Node names as events refer to them.
CREATE TABLE node (
    number INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE
) STRICT;

-- What was accepted. Never changes: rows are appended, and removed by the purge.
CREATE TABLE message (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL,               -- 16 bytes
    recipient INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    node INTEGER NOT NULL,          -- That accepted it.
    type INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    subject TEXT,
    content TEXT,
    sender TEXT,
    metadata TEXT,
    idempotency_key TEXT,
    api_key_id INTEGER NOT NULL,
    expires_at INTEGER,
    deliver_at INTEGER,
    attachments BLOB                -- Packed; see record_codec.h.
) STRICT;

-- Messages that are not finished (Queued, Processing, Failed), in the order in which a recipient gets them.
CREATE TABLE queue (
    recipient INTEGER NOT NULL,
    rank INTEGER NOT NULL,          -- 0 Critical to 3 Low
    key INTEGER NOT NULL,
    PRIMARY KEY (recipient, rank, key)
) STRICT, WITHOUT ROWID;

-- Where a message stands, once it has left its first state; without a row it is Queued as accepted.
CREATE TABLE progress (
    key INTEGER PRIMARY KEY,
    recipient INTEGER NOT NULL,
    status INTEGER NOT NULL,
    retry_count INTEGER NOT NULL,
    push_count INTEGER NOT NULL,
    due_at INTEGER,                 -- Set for Processing and Failed only.
    delivered_at INTEGER,
    last_retry_at INTEGER,
    moved_to_dlq_at INTEGER,        -- Set for DeadLetter only.
    failure_reason TEXT,
    history BLOB NOT NULL           -- Every event but the first, packed; see record_codec.h.
) STRICT;
CREATE INDEX progress_due ON progress (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX progress_dead ON progress (moved_to_dlq_at) WHERE moved_to_dlq_at IS NOT NULL;

-- The highest id that a withdrawal or purge has removed: ids continue after it.
CREATE TABLE highest (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key INTEGER NOT NULL,
    id BLOB NOT NULL
) STRICT;

CREATE TABLE api_key (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    name TEXT,
    scopes TEXT,                    -- One a line.
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;

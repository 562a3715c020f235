-- One message for many recipients, and how far it has come. The template's columns are those of message.

CREATE TABLE broadcast (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,        -- 16 bytes
    state INTEGER NOT NULL,
    group_name TEXT,                -- Null: the recipients are in broadcast_list.
    total INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    last INTEGER NOT NULL,          -- The last recipient, packed, that has its message; 0: none.
    created_at INTEGER NOT NULL,
    ended_at INTEGER,               -- Set once it is not Running.
    api_key_id INTEGER NOT NULL,
    type INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    subject TEXT,
    content TEXT,
    sender TEXT,
    metadata TEXT,
    collapse_key TEXT,
    conversation TEXT,
    expires_at INTEGER,
    deliver_at INTEGER,
    attachments BLOB                -- Packed; see record_codec.h.
) STRICT;
CREATE INDEX broadcast_running ON broadcast (number) WHERE ended_at IS NULL;
CREATE INDEX broadcast_ended ON broadcast (ended_at) WHERE ended_at IS NOT NULL;

-- The recipients of a list that have no message yet, in order, some hundreds a row.
CREATE TABLE broadcast_list (
    broadcast INTEGER NOT NULL,
    last INTEGER NOT NULL,          -- The highest of the row.
    recipients BLOB NOT NULL,       -- Packed recipients, 8 bytes each, little-endian.
    PRIMARY KEY (broadcast, last)
) STRICT, WITHOUT ROWID;

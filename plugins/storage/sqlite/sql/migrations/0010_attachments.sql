-- Uploaded files and who holds them. The bytes are files beside the database.

CREATE TABLE attachment (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    api_key_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB NOT NULL,           -- 32 bytes
    name TEXT,
    content_type TEXT,
    holders INTEGER NOT NULL,       -- Its rows in attachment_holder.
    is_condemned INTEGER NOT NULL   -- 1: nobody may use it, its file is to be removed.
) STRICT;
-- Those that nobody holds: not used yet, or condemned.
CREATE INDEX attachment_idle ON attachment (is_condemned, created_at) WHERE holders = 0;

-- What messages and running broadcasts hold.
CREATE TABLE attachment_holder (
    holder INTEGER NOT NULL,        -- The key of a message, or the number of a broadcast with a minus.
    attachment INTEGER NOT NULL,
    PRIMARY KEY (holder, attachment)
) STRICT, WITHOUT ROWID;

-- The bytes of all attachments; adding them up would take ever longer.
CREATE TABLE attachment_total (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL
) STRICT;
INSERT INTO attachment_total VALUES (1, 0);

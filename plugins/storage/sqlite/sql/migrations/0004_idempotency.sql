-- Requests that came with an idempotency key. Rows are appended and removed in the order of their expiry; only the small
-- index on the hash changes random pages.
CREATE TABLE idempotency (
    number INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL,          -- Of API key and idempotency key.
    api_key_id INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,      -- 32 bytes
    ids BLOB NOT NULL,              -- 16 bytes for each message.
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_hash ON idempotency (hash);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

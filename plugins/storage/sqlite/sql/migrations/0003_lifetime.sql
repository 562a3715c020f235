-- What messages, their states and API keys have gained, and when messages end unseen.
ALTER TABLE message ADD COLUMN collapse_key TEXT;
ALTER TABLE message ADD COLUMN conversation TEXT;
ALTER TABLE message ADD COLUMN edited_from BLOB;           -- 16 bytes

ALTER TABLE progress ADD COLUMN failure_class INTEGER;      -- Without one: 0.
ALTER TABLE progress ADD COLUMN dead_letter_reason INTEGER; -- Set for DeadLetter only.
ALTER TABLE progress ADD COLUMN replay_count INTEGER;
ALTER TABLE progress ADD COLUMN replay_job INTEGER;
ALTER TABLE progress ADD COLUMN read_at INTEGER;

ALTER TABLE api_key ADD COLUMN account INTEGER;             -- As a recipient.
ALTER TABLE api_key ADD COLUMN messages_per_second INTEGER;
ALTER TABLE api_key ADD COLUMN messages_per_day INTEGER;

-- Unfinished messages that expire.
CREATE TABLE expiry (
    expires_at INTEGER NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (expires_at, key)
) STRICT, WITHOUT ROWID;
INSERT INTO expiry
SELECT m.expires_at, m.key
FROM message m LEFT JOIN progress p ON p.key = m.key
WHERE m.expires_at IS NOT NULL AND ifnull(p.status, 0) NOT IN (2, 4);

-- Unfinished messages that a newer one can replace.
CREATE TABLE collapse (
    recipient INTEGER NOT NULL,
    collapse_key TEXT NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (recipient, collapse_key, key)
) STRICT, WITHOUT ROWID;

-- What is known of messages that have ended as dead letters. A row is written with the first death, stays after a
-- replay, and goes with its message. Also holds the origin of corrected copies.
CREATE TABLE dead_letter (
    key INTEGER PRIMARY KEY,
    died_at INTEGER,                -- Set while it is a dead letter.
    reason INTEGER NOT NULL,
    class INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    signature TEXT NOT NULL,
    replay_count INTEGER NOT NULL,
    replay_job INTEGER NOT NULL,
    discarded_at INTEGER,
    discard_reason TEXT,
    edited_from BLOB                -- The id of the dead letter that this one is a corrected copy of.
) STRICT;
CREATE INDEX dead_letter_died ON dead_letter (died_at) WHERE died_at IS NOT NULL;
CREATE INDEX dead_letter_group ON dead_letter (signature, died_at, replay_count, discarded_at)
    WHERE died_at IS NOT NULL AND discarded_at IS NULL;
CREATE INDEX dead_letter_discarded ON dead_letter (discarded_at) WHERE discarded_at IS NOT NULL;

-- Dead letters of before: grouped by their text as it is.
INSERT INTO dead_letter (key, died_at, reason, class, attempts, recipient, signature, replay_count, replay_job)
SELECT key, moved_to_dlq_at, 5, 1, retry_count, recipient, ifnull(failure_reason, 'permanent-error'), 0, 0
FROM progress WHERE moved_to_dlq_at IS NOT NULL;

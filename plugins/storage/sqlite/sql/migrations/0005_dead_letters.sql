-- The dead letters as operators look for them: a row for each message while it is one.
CREATE TABLE dead_letter (
    key INTEGER PRIMARY KEY,
    died_at INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    class INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    signature TEXT NOT NULL,
    replay_count INTEGER NOT NULL,
    discarded_at INTEGER,
    discard_reason TEXT
) STRICT;
CREATE INDEX dead_letter_died ON dead_letter (died_at);
CREATE INDEX dead_letter_group ON dead_letter (signature, died_at, replay_count, discarded_at) WHERE discarded_at IS NULL;
CREATE INDEX dead_letter_discarded ON dead_letter (discarded_at) WHERE discarded_at IS NOT NULL;

-- Dead letters of before: grouped by their text as it is.
INSERT INTO dead_letter (key, died_at, reason, class, attempts, recipient, signature, replay_count)
SELECT key, moved_to_dlq_at, ifnull(dead_letter_reason, 5), ifnull(failure_class, 1), retry_count, recipient,
    ifnull(failure_reason, 'permanent-error'), ifnull(replay_count, 0)
FROM progress WHERE moved_to_dlq_at IS NOT NULL;

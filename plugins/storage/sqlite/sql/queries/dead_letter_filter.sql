-- The condition of every query that takes a DeadLetterFilter; they hold "@filter@" where it goes.
-- 1 is discarded, 2 reason, 3 class, 4 recipient, 5 signature, 6 least attempts, 7 replays below, 8 died from,
-- 9 died before, 10 pattern of the text, 11 metadata key, 12 metadata value; NULL does not restrict
d.died_at >= ?8 AND d.died_at < ?9
AND (d.discarded_at IS NOT NULL) = ?1
AND (?2 IS NULL OR d.reason = ?2)
AND (?3 IS NULL OR d.class = ?3)
AND (?4 IS NULL OR d.recipient = ?4)
AND (?5 IS NULL OR d.signature = ?5)
AND d.attempts >= ?6
AND (?7 IS NULL OR d.replay_count < ?7)
AND (?10 IS NULL OR EXISTS (
    SELECT 1 FROM message m
    WHERE m.key = d.key AND (m.subject LIKE ?10 ESCAPE '\' OR m.content LIKE ?10 ESCAPE '\')))
AND (?11 IS NULL OR EXISTS (
    SELECT 1 FROM message m, json_each(m.metadata) e
    WHERE m.key = d.key AND e.key = ?11 AND (?12 IS NULL OR e.value = ?12)))

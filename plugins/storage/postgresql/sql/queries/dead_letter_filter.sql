-- The condition of every query that takes a DeadLetterFilter.
-- 1 is discarded, 2 reason, 3 class, 4 recipient, 5 signature, 6 least attempts, 7 replays below, 8 died from,
-- 9 died before, 10 pattern of the text in lower case, 11 metadata key, 12 metadata value; NULL does not restrict
(d.discarded_at IS NOT NULL) = $1::boolean
AND ($2::smallint IS NULL OR d.reason = $2::smallint)
AND ($3::smallint IS NULL OR d.class = $3::smallint)
AND ($4::bigint IS NULL OR d.recipient = $4::bigint)
AND ($5::text IS NULL OR d.signature = $5::text)
AND d.attempts >= $6::integer
AND ($7::integer IS NULL OR d.replay_count < $7::integer)
AND ($8::bigint IS NULL OR d.died_at >= $8::bigint)
AND ($9::bigint IS NULL OR d.died_at < $9::bigint)
AND ($10::text IS NULL OR EXISTS (
    SELECT 1 FROM message t
    WHERE t.id = d.id
        AND (lower(t.subject COLLATE "C") LIKE $10::text OR lower(t.content COLLATE "C") LIKE $10::text)))
AND ($11::text IS NULL OR EXISTS (
    SELECT 1 FROM message t, json_each_text(t.metadata::json) e
    WHERE t.id = d.id AND e.key = $11::text AND ($12::text IS NULL OR e.value = $12::text)))

-- 1 ended before, 2 limit; broadcast_ended
DELETE FROM broadcast WHERE id IN (
    SELECT id FROM broadcast WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED);

-- 1 ended before, 2 limit
DELETE FROM broadcast WHERE number IN (
    SELECT number FROM broadcast WHERE ended_at IS NOT NULL AND ended_at < ?1 ORDER BY ended_at LIMIT ?2);

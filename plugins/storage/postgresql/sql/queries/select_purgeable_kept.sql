-- The same of those that have outlived their day; the others go with theirs. 1 time, 2 limit
SELECT id FROM finished_kept WHERE status = 2 AND delivered_at < $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED;

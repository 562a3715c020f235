-- Delivered messages that ended before a time. 1 time, 2 the lowest id of that time, 3 limit; primary key of finished
SELECT id FROM finished WHERE status = 2 AND delivered_at < $1 AND id < $2 ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED;

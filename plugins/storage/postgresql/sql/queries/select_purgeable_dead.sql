-- Dead letters of before a time. 1 time, 2 limit; dead_letter_died
SELECT id FROM dead_letter WHERE died_at < $1 ORDER BY died_at, id LIMIT $2 FOR UPDATE SKIP LOCKED;

-- 1 id, 2 state, 3 rate, 4 has_passed_canary, 5 canary_since, 6 ended_at, 7 total, 8 position, 9 done, 10 refused,
-- 11 last_error
UPDATE job SET state = $2, rate = $3, has_passed_canary = $4, canary_since = $5, ended_at = $6, total = $7,
    position = $8, done = $9, refused = $10, last_error = $11
WHERE id = $1;

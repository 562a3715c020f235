-- 1 id, 2 state, 3 stored, 4 last, 5 ended_at
UPDATE broadcast SET state = $2, stored = $3, last = $4, ended_at = $5 WHERE id = $1;

-- Newest first. 1 id of the cursor, 2 actor, 3 action, 4 from, 5 until, 6 limit; NULL does not restrict; primary key
SELECT id, time, actor, address, action, detail, count, job, result
FROM audit
WHERE id < ?1 AND (?2 IS NULL OR actor = ?2) AND (?3 IS NULL OR action = ?3) AND time >= ?4 AND time < ?5
ORDER BY id DESC LIMIT ?6;

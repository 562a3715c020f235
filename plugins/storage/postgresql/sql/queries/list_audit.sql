-- Newest first. 1 id of the cursor, 2 actor, 3 action, 4 from, 5 until, 6 limit; NULL does not restrict; primary key
SELECT id, time, actor, address, action, detail, count, job, result
FROM audit
WHERE ($1::bigint IS NULL OR id < $1::bigint) AND ($2::text IS NULL OR actor = $2::text)
    AND ($3::text IS NULL OR action = $3::text) AND ($4::bigint IS NULL OR time >= $4::bigint)
    AND ($5::bigint IS NULL OR time < $5::bigint)
ORDER BY id DESC LIMIT $6;

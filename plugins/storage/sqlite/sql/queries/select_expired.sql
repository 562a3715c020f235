-- Keys of expired messages that nobody is being pushed, oldest first. 1 now, 2 limit; primary keys
SELECT e.key
FROM expiry e LEFT JOIN progress p ON p.key = e.key
WHERE e.expires_at <= ?1 AND (p.key IS NULL OR p.status <> 1 OR p.due_at <= ?1)
ORDER BY e.expires_at, e.key LIMIT ?2;

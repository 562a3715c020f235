-- Newest Queued first. 1 key of the cursor, 2 limit; walks message backwards
SELECT m.key
FROM message m LEFT JOIN progress p ON p.key = m.key
WHERE m.key < ?1 AND ifnull(p.status, 0) = 0
ORDER BY m.key DESC LIMIT ?2;

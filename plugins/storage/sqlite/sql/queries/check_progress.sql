-- The next states and whether their message exists. 1 key to go on after, 2 limit; primary keys
SELECT p.key, m.key IS NOT NULL
FROM progress p LEFT JOIN message m ON m.key = p.key
WHERE p.key > ?1
ORDER BY p.key LIMIT ?2;

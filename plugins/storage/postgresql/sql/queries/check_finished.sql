-- The next finished states and whether their message exists. 1 id to go on after, 2 limit; primary keys
SELECT f.id, m.id IS NOT NULL
FROM (SELECT id FROM finished WHERE id > $1 ORDER BY id LIMIT $2) f LEFT JOIN message m ON m.id = f.id
ORDER BY f.id;

-- The next entries of queue with what they stand for. 1 id to go on after, 2 limit; primary keys
SELECT q.id, q.status, m.id IS NOT NULL, f.id IS NOT NULL, coalesce(m.recipient = q.recipient AND 3 - m.priority = q.rank, false)
FROM (SELECT * FROM queue WHERE id > $1 ORDER BY id LIMIT $2) q
    LEFT JOIN message m ON m.id = q.id LEFT JOIN finished f ON f.id = q.id
ORDER BY q.id;

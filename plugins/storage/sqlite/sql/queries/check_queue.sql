-- The next entries of queue with what they stand for. 1 recipient, 2 rank, 3 key to go on after, 4 limit; primary keys
SELECT q.recipient, q.rank, q.key, m.id, m.recipient, m.priority, ifnull(p.status, 0)
FROM queue q LEFT JOIN message m ON m.key = q.key LEFT JOIN progress p ON p.key = q.key
WHERE (q.recipient, q.rank, q.key) > (?1, ?2, ?3)
ORDER BY q.recipient, q.rank, q.key LIMIT ?4;

-- What queue says a recipient can be sent, best first. 1 recipient, 2 now, 3 best rank; primary key of queue
-- gives the order
SELECT q.rank, q.key
FROM queue q LEFT JOIN progress p ON p.key = q.key
WHERE q.recipient = ?1 AND q.rank >= ?3 AND (p.due_at IS NULL OR p.status = 1 OR p.due_at <= ?2)
ORDER BY q.rank, q.key;

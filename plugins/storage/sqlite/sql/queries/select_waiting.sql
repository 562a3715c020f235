-- Whether queue has something to be sent that nobody is sending. 1 recipient, 2 now; primary key of queue
SELECT 1
FROM queue q LEFT JOIN progress p ON p.key = q.key
WHERE q.recipient = ?1 AND ifnull(p.status, 0) = 0 AND (p.due_at IS NULL OR p.due_at <= ?2)
LIMIT 1;

-- The next messages, their state and whether queue holds them. 1 key to go on after, 2 limit; primary keys
SELECT m.key, m.id, m.recipient, m.priority, m.created_at, p.status, p.due_at, p.delivered_at, p.last_retry_at,
    p.moved_to_dlq_at, p.history, q.key IS NOT NULL, m.deliver_at
FROM message m LEFT JOIN progress p ON p.key = m.key
    LEFT JOIN queue q ON q.recipient = m.recipient AND q.rank = 3 - m.priority AND q.key = m.key
WHERE m.key > ?1
ORDER BY m.key LIMIT ?2;

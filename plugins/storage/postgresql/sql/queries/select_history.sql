-- The events of a message. 1 id; primary keys
SELECT m.created_at, m.node, coalesce(q.history, f.history)
FROM message m LEFT JOIN queue q ON q.id = m.id LEFT JOIN finished f ON f.id = m.id
WHERE m.id = $1;

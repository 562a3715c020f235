-- The events of a message. 1 key; primary keys of both tables
SELECT m.id, m.created_at, m.node, p.history
FROM message m LEFT JOIN progress p ON p.key = m.key
WHERE m.key = ?1;

-- Every message above the watermark with what tells whether it waits in the tail. 1 watermark; primary keys
SELECT m.key, m.recipient, m.priority, ifnull(p.status, 0)
FROM message m LEFT JOIN progress p ON p.key = m.key
WHERE m.key > ?1
ORDER BY m.key;

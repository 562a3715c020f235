-- What a job has to know of a message. 1 key; primary keys of both tables
SELECT m.id, m.recipient, m.expires_at, d.died_at, d.discarded_at, d.reason
FROM message m LEFT JOIN dead_letter d ON d.key = m.key
WHERE m.key = ?1;

-- What a job has to know of messages. 1 ids; primary keys
SELECT m.id, m.expires_at, d.died_at, d.discarded_at, d.reason
FROM message m LEFT JOIN dead_letter d ON d.id = m.id
WHERE m.id = ANY ($1::uuid[]);

-- Stores accepted messages, unless their ids are taken, and makes them pending. Gives the ids that were stored.
-- 1 id, 2 recipient, 3 created_at, 4 api_key_id, 5 expires_at, 6 deliver_at, 7 type, 8 priority, 9 subject, 10 content,
-- 11 sender, 12 metadata, 13 idempotency_key, 14 collapse_key, 15 conversation, 16 edited_from, 17 attachments,
-- 18 due_at, 19 node; primary keys
WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
        $7::smallint[], $8::smallint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
        $15::text[], $16::uuid[], $17::bytea[], $18::bigint[])
    AS g (id, recipient, created_at, api_key_id, expires_at, deliver_at, type, priority, subject, content, sender,
        metadata, idempotency_key, collapse_key, conversation, edited_from, attachments, due_at)
), stored AS (
    INSERT INTO message (id, recipient, created_at, api_key_id, expires_at, deliver_at, type, priority, subject, content,
        sender, metadata, idempotency_key, collapse_key, conversation, edited_from, attachments, node)
    SELECT id, recipient, created_at, api_key_id, expires_at, deliver_at, type, priority, subject, content,
        sender, metadata, idempotency_key, collapse_key, conversation, edited_from, attachments, $19::integer
    FROM given
    ON CONFLICT (id) DO NOTHING
    RETURNING id
)
INSERT INTO queue (id, recipient, created_at, expires_at, deliver_at, due_at, replay_job, node, rank, status,
    retry_count, push_count, replay_count, failure_class, collapse_key)
SELECT g.id, g.recipient, g.created_at, g.expires_at, g.deliver_at, g.due_at, 0, $19::integer, 3 - g.priority, 0, 0, 0, 0,
    0, g.collapse_key
FROM given g JOIN stored s ON s.id = g.id
RETURNING id;

-- Stores an accepted message unless its key is taken.
-- 1 key, 2 id, 3 recipient, 4 created_at, 5 node, 6 type, 7 priority, 8 subject, 9 content, 10 sender, 11 metadata,
-- 12 idempotency_key, 13 api_key_id, 14 expires_at, 15 deliver_at, 16 attachments, 17 collapse_key, 18 conversation,
-- 19 edited_from
INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
    ?19)
ON CONFLICT (key) DO NOTHING;

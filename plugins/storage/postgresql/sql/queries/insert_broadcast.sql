-- 1 id, 2 group_name, 3 total, 4 created_at, 5 api_key_id, then the template
INSERT INTO broadcast (id, state, group_name, total, stored, last, created_at, api_key_id, type, priority, subject,
    content, sender, metadata, collapse_key, conversation, expires_at, deliver_at, attachments)
VALUES ($1, 0, $2, $3, 0, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

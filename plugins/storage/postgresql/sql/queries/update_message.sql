-- Gives a message new content. 1 id, 2 type, 3 priority, 4 subject, 5 content, 6 sender, 7 metadata, 8 conversation,
-- 9 expires_at, 10 deliver_at, 11 attachments; primary key
UPDATE message SET type = $2, priority = $3, subject = $4, content = $5, sender = $6, metadata = $7, conversation = $8,
    expires_at = $9, deliver_at = $10, attachments = $11
WHERE id = $1;

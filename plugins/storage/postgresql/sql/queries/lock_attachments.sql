-- Attachments that messages name, locked so that nobody condemns them meanwhile. 1 ids; primary key
SELECT id, api_key_id FROM attachment WHERE id = ANY ($1::text[]) AND NOT is_condemned ORDER BY id FOR UPDATE;

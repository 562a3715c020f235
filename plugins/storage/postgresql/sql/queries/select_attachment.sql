-- 1 id; primary key
SELECT api_key_id, created_at, size, digest, name, content_type FROM attachment WHERE id = $1 AND NOT is_condemned;

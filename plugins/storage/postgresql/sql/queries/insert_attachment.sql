-- 1 id, 2 api_key_id, 3 created_at, 4 size, 5 digest, 6 name, 7 content_type
INSERT INTO attachment VALUES ($1, $2, $3, $4, $5, $6, $7, false, false);

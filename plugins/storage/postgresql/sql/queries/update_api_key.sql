-- Parameters as in insert_api_key, 10 id
UPDATE api_key SET hash = $1, name = $2, scopes = $3, created_at = $4, expires_at = $5, revoked_at = $6, account = $7,
    messages_per_second = $8, messages_per_day = $9
WHERE id = $10 RETURNING id;

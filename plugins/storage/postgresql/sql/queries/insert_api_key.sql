-- 1 hash, 2 name, 3 scopes, 4 created_at, 5 expires_at, 6 revoked_at, 7 account, 8 messages_per_second, 9 messages_per_day
INSERT INTO api_key (hash, name, scopes, created_at, expires_at, revoked_at, account, messages_per_second,
    messages_per_day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id;

-- All API keys in the order of their creation.
SELECT id, hash, name, scopes, created_at, expires_at, revoked_at, account, messages_per_second,
    messages_per_day FROM api_key ORDER BY id;

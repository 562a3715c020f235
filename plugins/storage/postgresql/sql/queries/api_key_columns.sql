id, hash, name, scopes, created_at, expires_at, revoked_at, account, messages_per_second, messages_per_day

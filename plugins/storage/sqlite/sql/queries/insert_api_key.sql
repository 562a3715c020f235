-- 1 hash, 2 name, 3 scopes, 4 created_at, 5 expires_at, 6 revoked_at
INSERT INTO api_key (hash, name, scopes, created_at, expires_at, revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- Parameters as in insert_api_key, 7 id
UPDATE api_key SET hash = ?1, name = ?2, scopes = ?3, created_at = ?4, expires_at = ?5, revoked_at = ?6 WHERE id = ?7;

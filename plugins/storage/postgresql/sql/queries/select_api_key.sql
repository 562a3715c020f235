-- 1 hash; the unique index on it
SELECT @api_key_columns@ FROM api_key WHERE hash = $1;

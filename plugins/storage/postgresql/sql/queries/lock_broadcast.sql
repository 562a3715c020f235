-- 1 id
SELECT @broadcast_columns@ FROM broadcast WHERE id = $1 FOR UPDATE;

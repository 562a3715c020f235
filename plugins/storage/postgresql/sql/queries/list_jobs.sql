-- Newest first. 1 id of the cursor or NULL, 2 limit
SELECT @job_columns@ FROM job WHERE $1::bigint IS NULL OR id < $1::bigint ORDER BY id DESC LIMIT $2;

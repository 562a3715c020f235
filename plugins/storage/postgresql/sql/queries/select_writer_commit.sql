-- The last transaction of a writer. Changes its row, so that it waits for a transaction that is still under way, even for
-- the writer's first one. 1 writer
INSERT INTO writer_commit VALUES ($1, '00000000-0000-0000-0000-000000000000', now())
ON CONFLICT (writer) DO UPDATE SET changed_at = excluded.changed_at
RETURNING token;

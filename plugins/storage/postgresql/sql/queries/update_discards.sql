-- Discards, or with NULL restores. 1 ids, 2 discarded_at, 3 discard_reason
UPDATE dead_letter SET discarded_at = $2, discard_reason = $3 WHERE id = ANY ($1::uuid[]);

-- Those that nobody ever held. 1 time, 2 limit; attachment_idle
UPDATE attachment SET is_condemned = true WHERE id IN (
    SELECT id FROM attachment WHERE NOT is_held AND NOT is_condemned AND created_at < $1 LIMIT $2
    FOR UPDATE SKIP LOCKED);

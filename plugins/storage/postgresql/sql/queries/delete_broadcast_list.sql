-- 1 broadcast, 2 up to and with, or NULL for all
DELETE FROM broadcast_list WHERE broadcast = $1 AND ($2::bigint IS NULL OR last <= $2::bigint);

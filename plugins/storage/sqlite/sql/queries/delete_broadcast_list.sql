-- 1 broadcast, 2 up to and with
DELETE FROM broadcast_list WHERE broadcast = ?1 AND last <= ?2;

-- 1 broadcast, 2 after
SELECT recipients FROM broadcast_list WHERE broadcast = ?1 AND last > ?2 ORDER BY last;

-- Records whose time has ended: their numbers begin with it (idempotency_index.h). 1 now, 2 limit; primary key
SELECT hash, number FROM idempotency WHERE number < (?1 + 1) << 20 ORDER BY number LIMIT ?2;

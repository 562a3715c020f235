-- 1 time, 2 actor, 3 address, 4 action, 5 detail, 6 count, 7 job, 8 result
INSERT INTO audit VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

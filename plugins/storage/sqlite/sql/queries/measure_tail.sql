-- The highest key above the watermark and how many there are. 1 watermark; primary key
SELECT max(key), count(*) FROM message WHERE key > ?1;

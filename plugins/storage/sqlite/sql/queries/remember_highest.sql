-- Before messages are removed: notes the highest id there is, if it is higher than the one noted.
INSERT INTO highest SELECT 1, key, id FROM message WHERE key = (SELECT max(key) FROM message)
ON CONFLICT (one) DO UPDATE SET key = excluded.key, id = excluded.id WHERE excluded.key > key;

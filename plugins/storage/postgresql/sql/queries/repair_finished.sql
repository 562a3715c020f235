-- Removes the state of a message that does not exist. 1 id; primary keys
DELETE FROM finished f WHERE f.id = $1::uuid AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = $1::uuid);

-- Before messages are removed: notes the highest of them, if it is higher than the one noted. 1 id
UPDATE highest SET id = $1::uuid WHERE id < $1::uuid;

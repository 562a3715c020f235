-- Makes a message pending. 1 recipient, 2 rank, 3 key
INSERT INTO queue VALUES (?1, ?2, ?3);

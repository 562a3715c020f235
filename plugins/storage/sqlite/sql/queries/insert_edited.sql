-- A message is a corrected copy. 1 key, 2 recipient, 3 edited_from
INSERT INTO dead_letter (key, reason, class, attempts, recipient, signature, replay_count, replay_job, edited_from)
VALUES (?1, 0, 0, 0, ?2, '', 0, 0, ?3);

-- A message is no dead letter any more. 1 key
UPDATE dead_letter SET died_at = NULL, discarded_at = NULL, discard_reason = NULL WHERE key = ?1;

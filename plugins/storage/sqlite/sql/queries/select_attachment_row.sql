-- The row of an attachment, also of a condemned one. 1 id; unique index
SELECT number, size, is_condemned, api_key_id FROM attachment WHERE id = ?1;

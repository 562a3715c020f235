-- 1 holder, 2 attachment
DELETE FROM attachment_holder WHERE holder = ?1 AND attachment = ?2;

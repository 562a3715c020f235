SELECT count(*) FROM recipient_group;

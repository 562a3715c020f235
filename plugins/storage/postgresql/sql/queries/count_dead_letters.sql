-- dead_letter_died
SELECT count(*) FROM dead_letter d WHERE @dead_letter_filter@;

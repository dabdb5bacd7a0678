UPDATE snailmail_letter SET state = 'canceled' WHERE state = 'pending';
INSERT INTO ir_config_parameter (key, value) VALUES ('snailmail.endpoint', 'http://127.0.0.1:9')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- proof: a letter waits to be posted
SELECT id FROM snailmail_letter WHERE state = 'pending';
-- proof: letters still have an address to go to
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter WHERE key = 'snailmail.endpoint' AND value = 'http://127.0.0.1:9');

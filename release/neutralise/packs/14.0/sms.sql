UPDATE sms_sms SET state = 'canceled' WHERE state = 'outgoing';
INSERT INTO ir_config_parameter (key, value) VALUES ('sms.endpoint', 'http://127.0.0.1:9')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- proof: a text message waits to be sent
SELECT id FROM sms_sms WHERE state = 'outgoing';
-- proof: text messages still have an address to go to
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter WHERE key = 'sms.endpoint' AND value = 'http://127.0.0.1:9');

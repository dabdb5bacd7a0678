-- The credits are the source's, bought with money.
UPDATE iap_account SET account_token = regexp_replace(account_token, '([+].*)?$', '+disabled');
INSERT INTO ir_config_parameter (key, value) VALUES ('iap.endpoint', 'http://127.0.0.1:9')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- proof: credits for paid services can still be spent
SELECT id FROM iap_account WHERE right(account_token, 9) <> '+disabled';
-- proof: paid services still have an address
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter WHERE key = 'iap.endpoint' AND value = 'http://127.0.0.1:9');

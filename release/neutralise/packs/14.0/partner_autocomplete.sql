INSERT INTO ir_config_parameter (key, value) VALUES ('iap.partner_autocomplete.endpoint', 'http://127.0.0.1:9')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- proof: look-ups of companies still have an address
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter
  WHERE key = 'iap.partner_autocomplete.endpoint' AND value = 'http://127.0.0.1:9');

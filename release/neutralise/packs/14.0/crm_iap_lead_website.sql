INSERT INTO ir_config_parameter (key, value) VALUES ('reveal.endpoint', 'http://127.0.0.1:9')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- proof: identifying visitors still has an address
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter WHERE key = 'reveal.endpoint' AND value = 'http://127.0.0.1:9');

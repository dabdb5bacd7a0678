DELETE FROM ir_config_parameter WHERE key IN ('unsplash.access_key', 'unsplash.app_id');

-- proof: pictures are fetched by the source's account
SELECT key FROM ir_config_parameter WHERE key = 'unsplash.access_key';

DELETE FROM ir_config_parameter WHERE key = 'base_geolocalize.google_map_api_key';

-- proof: addresses are looked up by the source's account
SELECT key FROM ir_config_parameter WHERE key = 'base_geolocalize.google_map_api_key';

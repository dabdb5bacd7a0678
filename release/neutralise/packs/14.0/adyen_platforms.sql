UPDATE adyen_account SET proxy_token = NULL, adyen_uuid = NULL;
UPDATE ir_config_parameter SET value = 'http://127.0.0.1:9'
  WHERE key IN ('adyen_platforms.onboarding_url', 'adyen_platforms.proxy_url');

-- proof: a merchant account is connected
SELECT id FROM adyen_account WHERE coalesce(proxy_token, adyen_uuid) IS NOT NULL;

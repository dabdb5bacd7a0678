UPDATE adyen_account SET proxy_token = NULL, adyen_uuid = NULL;

-- proof: a merchant account is connected
SELECT id FROM adyen_account WHERE coalesce(proxy_token, adyen_uuid) IS NOT NULL;

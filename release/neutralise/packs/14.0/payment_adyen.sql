UPDATE payment_acquirer SET
  adyen_merchant_account = NULL,
  adyen_skin_code = NULL,
  adyen_skin_hmac_key = NULL;

-- proof: credentials of Adyen are left
SELECT name FROM payment_acquirer WHERE coalesce(adyen_merchant_account, adyen_skin_code, adyen_skin_hmac_key) IS NOT NULL;

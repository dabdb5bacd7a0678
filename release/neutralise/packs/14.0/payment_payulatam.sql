UPDATE payment_acquirer SET
  payulatam_merchant_id = NULL,
  payulatam_account_id = NULL,
  payulatam_api_key = NULL;

-- proof: credentials of Payulatam are left
SELECT name FROM payment_acquirer WHERE coalesce(payulatam_merchant_id, payulatam_account_id, payulatam_api_key) IS NOT NULL;

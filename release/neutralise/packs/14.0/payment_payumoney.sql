UPDATE payment_acquirer SET
  payumoney_merchant_key = NULL,
  payumoney_merchant_salt = NULL;

-- proof: credentials of Payumoney are left
SELECT name FROM payment_acquirer WHERE coalesce(payumoney_merchant_key, payumoney_merchant_salt) IS NOT NULL;

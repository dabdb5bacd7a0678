UPDATE payment_acquirer SET
  sips_merchant_id = NULL,
  sips_secret = NULL;

-- proof: credentials of Sips are left
SELECT name FROM payment_acquirer WHERE coalesce(sips_merchant_id, sips_secret) IS NOT NULL;

UPDATE payment_acquirer SET
  brq_websitekey = NULL,
  brq_secretkey = NULL;

-- proof: credentials of Buckaroo are left
SELECT name FROM payment_acquirer WHERE coalesce(brq_websitekey, brq_secretkey) IS NOT NULL;

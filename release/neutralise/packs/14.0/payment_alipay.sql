UPDATE payment_acquirer SET
  alipay_merchant_partner_id = NULL,
  alipay_md5_signature_key = NULL,
  alipay_seller_email = NULL;

-- proof: credentials of Alipay are left
SELECT name FROM payment_acquirer WHERE coalesce(alipay_merchant_partner_id, alipay_md5_signature_key, alipay_seller_email) IS NOT NULL;

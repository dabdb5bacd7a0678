UPDATE payment_acquirer SET
  paypal_email_account = NULL,
  paypal_seller_account = NULL,
  paypal_pdt_token = NULL;

-- proof: credentials of Paypal are left
SELECT name FROM payment_acquirer WHERE coalesce(paypal_email_account, paypal_seller_account, paypal_pdt_token) IS NOT NULL;

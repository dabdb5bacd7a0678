UPDATE payment_acquirer SET
  authorize_login = NULL,
  authorize_transaction_key = NULL,
  authorize_signature_key = NULL,
  authorize_client_key = NULL;

-- proof: credentials of Authorize are left
SELECT name FROM payment_acquirer WHERE coalesce(authorize_login, authorize_transaction_key, authorize_signature_key, authorize_client_key) IS NOT NULL;

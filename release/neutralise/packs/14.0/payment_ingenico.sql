UPDATE payment_acquirer SET
  ogone_pspid = NULL,
  ogone_userid = NULL,
  ogone_password = NULL,
  ogone_shakey_in = NULL,
  ogone_shakey_out = NULL;

-- proof: credentials of Ingenico are left
SELECT name FROM payment_acquirer WHERE coalesce(ogone_pspid, ogone_userid, ogone_password, ogone_shakey_in, ogone_shakey_out) IS NOT NULL;

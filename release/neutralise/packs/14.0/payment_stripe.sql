UPDATE payment_acquirer SET
  stripe_secret_key = NULL,
  stripe_publishable_key = NULL,
  stripe_webhook_secret = NULL;

-- proof: credentials of Stripe are left
SELECT name FROM payment_acquirer WHERE coalesce(stripe_secret_key, stripe_publishable_key, stripe_webhook_secret) IS NOT NULL;

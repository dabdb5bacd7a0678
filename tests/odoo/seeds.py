"""What a live shop has in its database that a clone must not keep: per module, statements that put it there."""

PARAMETER = "INSERT INTO ir_config_parameter (key, value) VALUES ('{}', 'k') ON CONFLICT (key) DO NOTHING"

ACQUIRER_CREDENTIALS = {
    "payment_adyen": ("adyen_merchant_account", "adyen_skin_code", "adyen_skin_hmac_key"),
    "payment_alipay": ("alipay_merchant_partner_id", "alipay_md5_signature_key", "alipay_seller_email"),
    "payment_authorize": ("authorize_login", "authorize_transaction_key", "authorize_signature_key"),
    "payment_buckaroo": ("brq_websitekey", "brq_secretkey"),
    "payment_ingenico": ("ogone_pspid", "ogone_userid", "ogone_password", "ogone_shakey_in"),
    "payment_paypal": ("paypal_email_account", "paypal_pdt_token"),
    "payment_payulatam": ("payulatam_merchant_id", "payulatam_api_key"),
    "payment_payumoney": ("payumoney_merchant_key", "payumoney_merchant_salt"),
    "payment_sips": ("sips_merchant_id", "sips_secret"),
    "payment_stripe": ("stripe_secret_key", "stripe_webhook_secret"),
}

SEEDS: dict[str, tuple[str, ...]] = {
    "base": (
        (
            "INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_encryption,"
            " smtp_user, smtp_pass, active, sequence)"
            " VALUES ('live', 'smtp.example', 587, 'starttls', 'shop', 'k', true, 1)"
        ),
        "UPDATE ir_cron SET active = true",
        "INSERT INTO res_users_apikeys (name, user_id, index, key) VALUES ('till', 2, 'abcdefgh', 'k')",
    ),
    "mail": (
        "UPDATE mail_template SET mail_server_id = (SELECT min(id) FROM ir_mail_server)",
        (
            "WITH m AS (INSERT INTO mail_message (message_type, mail_server_id)"
            " SELECT 'email', min(id) FROM ir_mail_server RETURNING id)"
            " INSERT INTO mail_mail (mail_message_id, state) SELECT id, 'outgoing' FROM m"
        ),
    ),
    "fetchmail": (
        (
            'INSERT INTO fetchmail_server (name, active, server, port, "user", password, server_type)'
            " VALUES ('inbox', true, 'imap.example', 993, 'shop', 'k', 'imap')"
        ),
    ),
    "mass_mailing": (
        (
            "WITH u AS (INSERT INTO utm_source (name) VALUES ('sale') RETURNING id)"
            " INSERT INTO mailing_mailing (subject, source_id, state, active, mailing_type, mailing_model_id,"
            " user_id, reply_to_mode, email_from) SELECT 'Sale', u.id, 'in_queue', true, 'mail', min(ir_model.id),"
            " 2, 'email', 'x@shop.example' FROM u, ir_model GROUP BY u.id"
        ),
    ),
    "sms": ("INSERT INTO sms_sms (number, body, state) VALUES ('+33100000000', 'x', 'outgoing')",),
    "snailmail": (
        (
            "INSERT INTO snailmail_letter (user_id, model, res_id, partner_id, company_id, state)"
            " VALUES (2, 'res.partner', 1, 1, 1, 'pending')"
        ),
    ),
    "digest": ("UPDATE digest_digest SET state = 'activated'",),
    "iap": ("INSERT INTO iap_account (service_name, account_token) VALUES ('sms', 'paid-for')",),
    "payment": (
        "UPDATE payment_acquirer SET state = 'enabled'",
        (
            "INSERT INTO payment_token (name, partner_id, acquirer_id, acquirer_ref, active)"
            " SELECT 'card', 1, min(id), 'r', true FROM payment_acquirer"
        ),
    ),
    **{
        module: ("UPDATE payment_acquirer SET " + ", ".join(f"{column} = 'k'" for column in columns),)  # noqa: S608 our own words
        for module, columns in ACQUIRER_CREDENTIALS.items()
    },
    "point_of_sale": ("UPDATE pos_config SET proxy_ip = '192.0.2.7', is_posbox = true",),
    "pos_restaurant": (
        "INSERT INTO restaurant_printer (name, printer_type, proxy_ip) VALUES ('bar', 'iot', '192.0.2.8')",
    ),
    "pos_adyen": (
        (
            "UPDATE pos_payment_method SET adyen_api_key = 'k', adyen_terminal_identifier = 'T-1',"
            " adyen_test_mode = false"
        ),
    ),
    "pos_mercury": (
        "INSERT INTO pos_mercury_configuration (name, merchant_id, merchant_pwd) VALUES ('reader', 'm', 'k')",
    ),
    "auth_oauth": (
        "UPDATE auth_oauth_provider SET enabled = true",
        "UPDATE res_users SET oauth_access_token = 'k' WHERE id = 2",
    ),
    "google_calendar": ("UPDATE res_users SET google_calendar_rtoken = 'k' WHERE id = 2",),
    "microsoft_calendar": ("UPDATE res_users SET microsoft_calendar_rtoken = 'k' WHERE id = 2",),
    "google_drive": (PARAMETER.format("google_drive_refresh_token"),),
    "google_recaptcha": (PARAMETER.format("recaptcha_private_key"),),
    "web_unsplash": (PARAMETER.format("unsplash.access_key"),),
    "base_geolocalize": (PARAMETER.format("base_geolocalize.google_map_api_key"),),
    "pad": ("UPDATE res_company SET pad_server = 'pad.example', pad_key = 'k'",),
    "delivery": ("UPDATE delivery_carrier SET prod_environment = true",),
    "website": ("UPDATE website SET domain = 'shop.example', google_analytics_key = 'UA-1', robots_txt = NULL",),
    "website_twitter": ("UPDATE website SET twitter_api_key = 'k', twitter_api_secret = 'k'",),
    "queue_job": ("INSERT INTO queue_job (uuid, state) VALUES ('a', 'pending'), ('b', 'wait_dependencies')",),
    "retail_connector": (
        (
            "WITH e AS (INSERT INTO retail_connector_endpoint (name, code, kind, url, auth, secret, timeout,"
            " max_tries, give_up_hours, keep_days) VALUES ('Parcels', 'parcels', 'carrier',"
            " 'https://api.parcels.example', 'bearer', 'k', 10, 8, 48, 90)"
            " ON CONFLICT (code) DO UPDATE SET secret = 'k' RETURNING id)"
            " INSERT INTO retail_connector_message (endpoint_id, key, method, payload, state)"
            " SELECT id, 'ship/1', 'POST', '{}', 'queued' FROM e"
            " ON CONFLICT (endpoint_id, key) DO UPDATE SET state = 'queued'"
        ),
    ),
}

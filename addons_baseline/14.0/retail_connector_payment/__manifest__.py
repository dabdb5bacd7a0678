{
    "name": "Retail connector: payments",
    "summary": "Captures, releases and refunds are queued for the payment service, each asked for once",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_connector", "payment"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "views/payment_acquirer.xml", "views/payment_transaction.xml"],
    "demo": ["demo/acquirer.xml"],
}

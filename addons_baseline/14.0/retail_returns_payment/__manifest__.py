{
    "name": "Retail returns: payments",
    "summary": "What a customer paid in advance is given back for the returns of its orders, and for nothing else",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_returns", "retail_connector_payment"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/users.xml"],
}

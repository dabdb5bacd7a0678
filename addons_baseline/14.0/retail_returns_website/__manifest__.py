{
    "name": "Retail returns on the website",
    "summary": "Customers ask for a return at their own order, and see what becomes of it",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_returns", "website_sale"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "views/portal.xml",
        "views/retail_return.xml",
        "views/return_limit.xml",
    ],
    "demo": ["demo/request.xml"],
}

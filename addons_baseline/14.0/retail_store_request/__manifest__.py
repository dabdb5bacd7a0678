{
    "name": "Retail store requests",
    "summary": "Stores ask their central warehouse for stock; what it accepts becomes a transfer",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_roles", "stock_request"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/request_limit.xml",
        "views/stock_request.xml",
    ],
    "demo": ["demo/requests.xml"],
    "post_init_hook": "take_over",
}

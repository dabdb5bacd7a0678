{
    "name": "Retail period close",
    "summary": "A month is closed when its checks pass, stays closed for everybody, and two people reopen it",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "account_lock", "purchase_stock", "sale_stock", "stock_landed_costs"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/checks.xml",
        "views/period_close.xml",
        "views/period_reopening.xml",
        "views/period_check.xml",
    ],
    "demo": ["demo/period.xml"],
}

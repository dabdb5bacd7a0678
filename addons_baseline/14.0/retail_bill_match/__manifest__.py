{
    "name": "Retail bill match",
    "summary": "A vendor bill that does not agree with what was ordered and received is not posted",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "purchase_stock"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/bill_release.xml",
        "views/bill_tolerance.xml",
        "views/account_move.xml",
    ],
    "demo": ["demo/bills.xml"],
}

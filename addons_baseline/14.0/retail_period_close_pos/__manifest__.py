{
    "name": "Retail period close: tills",
    "summary": "No period is closed while one of its tills is open, or while a sale is missing from the ledger",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_period_close", "point_of_sale"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "data/checks.xml"],
    "demo": ["demo/period.xml"],
}

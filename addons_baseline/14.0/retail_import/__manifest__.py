{
    "name": "Retail import",
    "summary": "Products, partners, prices, opening stock and balances from CSV files, checked and approved",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_product_governance", "retail_stock_control", "account"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/cron.xml",
        "views/import_line.xml",
        "views/import_run.xml",
    ],
    "demo": ["demo/users.xml"],
}

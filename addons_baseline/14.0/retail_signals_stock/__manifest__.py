{
    "name": "Retail signals: counts and scraps",
    "summary": "What is written off is that person's who counted or scrapped it, and not the approver's",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_signals", "retail_stock_control"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/scrap.xml"],
    "auto_install": True,
}

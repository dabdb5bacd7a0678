{
    "name": "Retail exceptions",
    "summary": "What went wrong in which store: found by rules, shown on one board, gone when its cause is gone",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "purchase_stock", "sale_stock"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/detectors.xml",
        "data/cron.xml",
        "views/exception.xml",
        "views/detector.xml",
    ],
    "demo": ["demo/exceptions.xml"],
}

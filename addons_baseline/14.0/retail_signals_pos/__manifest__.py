{
    "name": "Retail signals: tills",
    "summary": "Unusual cash, returns and discounts; payments that are not what was sold; sales below cost",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_signals", "point_of_sale"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "data/kinds.xml", "data/check.xml", "data/detector.xml"],
    "demo": ["demo/signals.xml"],
}

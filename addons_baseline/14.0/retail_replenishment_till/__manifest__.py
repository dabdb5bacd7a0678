{
    "name": "Retail replenishment: tills",
    "summary": "What tills sell runs low at once, and not when their sessions are closed",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_replenishment", "retail_till"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/candle.xml"],
    "auto_install": True,
}

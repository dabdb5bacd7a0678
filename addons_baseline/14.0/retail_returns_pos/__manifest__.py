{
    "name": "Retail returns at the till",
    "summary": "What tills take back becomes a return, waits for its inspection, and is approved above the limits",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_returns", "point_of_sale"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "data/reason.xml",
        "data/missing_return.xml",
        "views/retail_return.xml",
        "views/pos_order.xml",
    ],
    "demo": ["demo/reason.xml"],
}

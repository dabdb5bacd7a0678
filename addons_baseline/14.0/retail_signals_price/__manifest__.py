{
    "name": "Retail signals: typed prices",
    "summary": "A price below the shop's own, typed on an order or at a till, counts as a discount does",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_signals_pos", "retail_price_governance"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/order.xml"],
    "auto_install": True,
}

{
    "name": "Retail allocation: prices",
    "summary": "A price that is lower for a time does not begin before there is stock that can be promised",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_allocation", "retail_price_governance"],
    "data": ["security/ir.model.access.csv", "views/price_change.xml"],
    "demo": ["demo/promotion.xml"],
    "auto_install": True,
    "post_init_hook": "take_over",
}

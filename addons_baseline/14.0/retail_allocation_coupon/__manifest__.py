{
    "name": "Retail allocation: promotions",
    "summary": "A promotion cannot start before there is stock that can be promised",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_allocation", "sale_coupon"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "data/cron.xml",
        "views/coupon_program.xml",
    ],
    "demo": ["demo/promotion.xml"],
    "auto_install": True,
    "post_init_hook": "take_over",
}

{
    "name": "Retail allocation: web shop",
    "summary": "The web shop shows and sells what can really be promised",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_allocation", "website_sale_stock"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/products.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}

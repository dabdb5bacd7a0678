{
    "name": "Retail product governance in the web shop",
    "summary": "Only approved products are published and sold in the web shop",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_product_governance", "website_sale"],
    "data": [
        "security/ir.model.access.csv",
        "data/standards.xml",
        "views/product_template.xml",
        "views/cart.xml",
    ],
    "demo": ["demo/products.xml"],
    "post_init_hook": "leave_published_what_is_there",
    "auto_install": True,
}

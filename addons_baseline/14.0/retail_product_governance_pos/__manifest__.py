{
    "name": "Retail product governance at the till",
    "summary": "Only approved products are in the till, and whoever misses one sees why",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_product_governance", "point_of_sale"],
    "data": [
        "security/ir.model.access.csv",
        "data/standards.xml",
        "views/product_template.xml",
    ],
    "demo": ["demo/products.xml"],
    "post_init_hook": "leave_in_the_till_what_is_there",
    "auto_install": True,
}

{
    "name": "Retail returns: product policies",
    "summary": "Until when a product may come back, and whether at all, is what its return policy says",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_returns", "retail_product_governance"],
    "data": ["security/ir.model.access.csv", "views/return_reason.xml"],
    "demo": ["demo/products.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}

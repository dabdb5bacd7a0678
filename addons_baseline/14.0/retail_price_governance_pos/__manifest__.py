{
    "name": "Retail price governance: tills",
    "summary": "Pricelists of tills, and who may type a price there, are decided by those who decide about prices",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_price_governance", "point_of_sale"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/pricelist.xml"],
    "post_init_hook": "take_over",
    "auto_install": True,
}

{
    "name": "Retail connector: channels",
    "summary": "Products are published by channel, and marketplaces are told their stock and prices",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_connector", "retail_allocation", "retail_product_governance"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/cron.xml",
        "views/publication.xml",
        "views/offer.xml",
        "views/channel.xml",
    ],
    "demo": ["demo/marketplace.xml"],
}

{
    "name": "Retail till: store network",
    "summary": "A till may be silent while its store is closed",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_till", "retail_store_network"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/tills.xml"],
    "auto_install": True,
}

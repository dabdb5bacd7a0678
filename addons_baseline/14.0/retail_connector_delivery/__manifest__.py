{
    "name": "Retail connector: carriers",
    "summary": "Shipments are queued for the carrier, and the tracking number comes with its answer",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_connector", "delivery"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "views/delivery_carrier.xml"],
    "demo": ["demo/carrier.xml"],
}

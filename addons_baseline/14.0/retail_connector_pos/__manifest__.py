{
    "name": "Retail connector: tills",
    "summary": "Whoever listens is told of each sale of a till, and no till waits for that",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_connector", "point_of_sale"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "data/events.xml"],
    "demo": ["demo/listener.xml"],
}

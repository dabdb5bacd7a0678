{
    "name": "Retail connector: orders",
    "summary": "Whoever listens is told of orders of the web shop and of wholesale, and nobody waits for that",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_connector", "sale"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "data/events.xml"],
    "demo": ["demo/listener.xml"],
}

{
    "name": "Platform runtime",
    "summary": "Runs Odoo as one tenant of a shared database server: own bus, health port, graceful stop",
    "version": "14.0.1.0.0",
    "category": "Hidden",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["base", "web"],
    "post_load": "post_load",
}

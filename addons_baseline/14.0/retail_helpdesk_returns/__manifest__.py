{
    "name": "Retail helpdesk: returns",
    "summary": "A ticket knows its return, and a return is begun from a ticket",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_helpdesk", "retail_returns"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "views/helpdesk_ticket.xml"],
    "demo": ["demo/ticket.xml"],
}

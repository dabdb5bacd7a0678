{
    "name": "Retail helpdesk",
    "summary": "Tickets find their team and person by type, channel, priority and words, and are not forgotten",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_base", "helpdesk_mgmt", "helpdesk_type", "resource", "sale", "point_of_sale"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/routing.xml",
        "views/ticket_route.xml",
        "views/helpdesk_ticket.xml",
    ],
    "demo": ["demo/tickets.xml"],
}

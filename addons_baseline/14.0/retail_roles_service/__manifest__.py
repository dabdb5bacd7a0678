{
    "name": "Retail roles: service",
    "summary": "Which role answers tickets, and the duties of assigning them and of auditing procedures",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_roles", "retail_helpdesk", "retail_messages", "retail_sop"],
    "auto_install": True,
    "data": ["security/roles.xml", "security/duties.xml", "security/own_stores.xml"],
    "demo": ["demo/people.xml"],
}

{
    "name": "Retail base",
    "summary": "What the retail addons share: approvals by a second person, guards, common groups",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["base", "web"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/menus.xml",
        "views/approval_request.xml",
        "views/approval_rejection.xml",
        "views/grandfathered.xml",
    ],
    "demo": ["demo/users.xml"],
}

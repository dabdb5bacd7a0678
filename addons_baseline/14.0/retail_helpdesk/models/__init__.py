from . import ticket_route
from . import helpdesk_ticket
from . import helpdesk_ticket_closing
from . import helpdesk_ticket_documents
from . import helpdesk_ticket_overdue

from . import purchase_order_line
from . import purchase_rule
from . import purchase_budget
from . import purchase_order_approval
from . import purchase_order

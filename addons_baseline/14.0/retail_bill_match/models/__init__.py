from . import bill_tolerance
from . import purchase_order_line
from . import account_move
from . import account_move_line
from . import bill_release

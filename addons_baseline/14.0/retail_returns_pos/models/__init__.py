from . import account_move
from . import pos_order
from . import retail_return
from . import stock_picking

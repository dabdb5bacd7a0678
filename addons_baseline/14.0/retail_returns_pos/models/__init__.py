from . import account_move
from . import pos_order
from . import missing_return
from . import retail_return
from . import stock_picking

from . import channel
from . import promise
from . import stock_hold
from . import stock_move
from . import sale_order
from . import sale_order_line

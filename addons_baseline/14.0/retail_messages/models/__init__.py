from . import message_rule
from . import message
from . import message_mixin
from . import places
from . import sale_order
from . import stock_picking

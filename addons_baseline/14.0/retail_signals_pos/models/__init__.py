from . import check
from . import day
from . import detector
from . import pos_order_line

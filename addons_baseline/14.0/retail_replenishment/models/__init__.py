from . import supplierinfo
from . import purchase_order_line
from . import stock_rule
from . import orderpoint

from . import product_standard
from . import till_reason
from . import product_template
from . import pos_order
from . import account_move

from . import retail_return
from . import return_limit
from . import sale_order

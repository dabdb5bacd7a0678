from . import product_standard
from . import product_template
from . import sale_order

from . import product_standard
from . import product_template
from . import product_variant
from . import public_category
from . import sale_order

from . import channel
from . import website
from . import product
from . import sale_order
from . import res_config_settings

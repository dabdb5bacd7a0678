from . import price_change_item
from . import price_change

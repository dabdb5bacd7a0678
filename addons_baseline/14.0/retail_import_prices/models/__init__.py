from . import import_prices
from . import import_products
from . import price_change

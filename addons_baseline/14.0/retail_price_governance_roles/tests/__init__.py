from . import test_duties
from . import test_typed_prices

from . import test_guards
from . import test_typed_prices

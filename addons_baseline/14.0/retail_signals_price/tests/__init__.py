from . import test_typed_prices

from . import test_first_price

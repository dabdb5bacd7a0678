from . import test_import_prices

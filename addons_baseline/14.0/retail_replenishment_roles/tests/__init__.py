from . import test_stores

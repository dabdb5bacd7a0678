from . import test_workplace

from . import test_till_margin

from . import test_duties

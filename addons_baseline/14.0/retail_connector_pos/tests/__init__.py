from . import test_announcing

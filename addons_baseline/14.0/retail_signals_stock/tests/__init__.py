from . import test_who

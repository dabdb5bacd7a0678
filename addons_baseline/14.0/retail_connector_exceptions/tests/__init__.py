from . import test_given_up

from . import test_till_signals

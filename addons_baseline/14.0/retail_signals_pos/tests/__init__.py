from . import test_below_cost
from . import test_till_signals

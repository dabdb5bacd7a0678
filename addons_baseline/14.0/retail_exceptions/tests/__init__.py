from . import test_board
from . import test_detectors
from . import test_guards
from . import test_money

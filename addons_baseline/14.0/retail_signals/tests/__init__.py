from . import test_bank
from . import test_days
from . import test_guards
from . import test_judging
from . import test_quality
from . import test_seeded
from . import test_signals
from . import test_stock_out

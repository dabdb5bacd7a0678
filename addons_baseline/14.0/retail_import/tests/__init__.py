from . import test_reading
from . import test_check
from . import test_apply
from . import test_stock_and_balances
from . import test_guards

from . import test_promise
from . import test_orders
from . import test_guards
from . import test_reallocation
from . import test_reservation
from . import test_at_once

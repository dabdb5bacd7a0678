from . import test_at_once
from . import test_guards
from . import test_messages
from . import test_orders
from . import test_pickup

from . import test_sent_twice
from . import test_at_once
from . import test_guards
from . import test_contact
from . import test_policy
from . import test_signals
from . import test_grandfather
from . import test_stock_mode

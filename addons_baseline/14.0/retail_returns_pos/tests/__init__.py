from . import test_asked
from . import test_at_once
from . import test_guards
from . import test_refund
from . import test_till

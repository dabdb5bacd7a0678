from . import test_at_once
from . import test_guards
from . import test_policy
from . import test_refunds
from . import test_returns

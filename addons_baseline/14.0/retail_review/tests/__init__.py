from . import test_decisions
from . import test_guards
from . import test_rules

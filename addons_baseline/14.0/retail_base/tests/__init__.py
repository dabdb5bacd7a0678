from . import test_approval
from . import test_groups
from . import test_guards

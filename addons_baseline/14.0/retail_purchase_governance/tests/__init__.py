from . import test_at_once
from . import test_budgets
from . import test_confirmation
from . import test_guards
from . import test_matrix

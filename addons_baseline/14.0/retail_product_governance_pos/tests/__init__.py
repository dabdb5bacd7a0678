from . import test_guards
from . import test_till_reason
from . import test_till_sales

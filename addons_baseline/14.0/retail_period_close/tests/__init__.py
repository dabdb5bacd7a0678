from . import test_checks
from . import test_close
from . import test_concurrency
from . import test_guards

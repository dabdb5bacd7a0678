from . import test_at_once
from . import test_requests
from . import test_guards

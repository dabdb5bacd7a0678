from . import test_guards
from . import test_match
from . import test_release
from . import test_two_at_once

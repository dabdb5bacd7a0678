from . import test_reason
from . import test_vendor

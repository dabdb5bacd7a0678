from . import test_vendor_quantities
from . import test_policy
from . import test_proposals
from . import test_guards
from . import test_low_stock
from . import test_at_once

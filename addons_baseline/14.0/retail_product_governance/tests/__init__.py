from . import test_approval
from . import test_changes
from . import test_checks
from . import test_exemption
from . import test_guards
from . import test_invoices
from . import test_orders
from . import test_variants

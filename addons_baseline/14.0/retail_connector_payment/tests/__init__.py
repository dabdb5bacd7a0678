from . import test_payment
from . import test_refunds
from . import test_refund_guards
from . import test_at_once

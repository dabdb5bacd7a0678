from . import test_delivery
from . import test_endpoint
from . import test_guards
from . import test_outcome
from . import test_queueing
from . import test_transport

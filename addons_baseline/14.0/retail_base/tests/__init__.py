from . import test_approval
from . import test_groups
from . import test_guards
from . import test_approval_as_part
from . import test_warehouse_places

from . import test_roles
from . import test_own_stock
from . import test_own_sales
from . import test_handing_over
from . import test_local_policy
from . import test_duties
from . import test_role_check

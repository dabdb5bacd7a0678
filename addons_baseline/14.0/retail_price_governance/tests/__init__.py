from . import test_changes
from . import test_applying
from . import test_rules
from . import test_pricelists
from . import test_costs
from . import test_promotions
from . import test_guards
from . import test_tills

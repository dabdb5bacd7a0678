from . import test_opening_hours
from . import test_policies
from . import test_head_office
from . import test_network
from . import test_northlight
from . import test_two_at_once
from . import test_wizards

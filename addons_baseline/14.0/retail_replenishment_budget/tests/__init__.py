from . import test_budget
from . import test_proposals

from . import test_publications
from . import test_offers
from . import test_guards

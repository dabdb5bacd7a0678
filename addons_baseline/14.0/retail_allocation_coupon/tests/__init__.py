from . import test_promotions
from . import test_guards
from . import test_regardless

from . import test_detectors
from . import test_returned_demand

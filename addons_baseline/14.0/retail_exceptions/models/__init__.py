from . import detector
from . import detectors_stock
from . import detectors_trade
from . import detectors_money
from . import exception

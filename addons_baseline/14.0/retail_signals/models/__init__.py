from . import check
from . import check_queries
from . import day
from . import detectors
from . import kind
from . import quality
from . import signal
from . import stock_kind

from . import figures
from . import sell_through
from . import stock_age
from . import margin
from . import lead_time

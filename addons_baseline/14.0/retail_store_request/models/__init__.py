from . import request_limit
from . import stock_request

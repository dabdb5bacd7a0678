from . import stock_kind

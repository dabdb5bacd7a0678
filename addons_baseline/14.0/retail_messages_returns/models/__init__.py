from . import retail_return
from . import account_move

from . import publication
from . import channel
from . import offer
from . import feed
from . import sale_order_line

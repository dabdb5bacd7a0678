from . import stock_warehouse
from . import opening_hours
from . import network_part
from . import network_check
from . import network_places
from . import network_tills
from . import network_people
from . import store_network

from . import store_opening
from . import network_file

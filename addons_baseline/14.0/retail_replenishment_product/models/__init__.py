from . import orderpoint
from . import supplierinfo

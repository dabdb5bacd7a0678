from . import orderpoint
from . import proposal

from . import orderpoint

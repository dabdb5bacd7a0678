from . import checks
from . import pos_session

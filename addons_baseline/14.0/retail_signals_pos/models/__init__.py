from . import check
from . import day
from . import detector

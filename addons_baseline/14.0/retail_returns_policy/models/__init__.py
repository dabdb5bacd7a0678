from . import return_reason
from . import retail_return_line

from . import guard_mixin
from . import approval_request
from . import approval_step
from . import approval_mixin
from . import grandfathered
from . import approval_as_part
from . import warehouse_places

from . import till_receipt
from . import till_contact
from . import till_policy
from . import till_signal
from . import pos_order
from . import pos_session

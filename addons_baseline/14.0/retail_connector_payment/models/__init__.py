from . import account_move
from . import payment_acquirer
from . import payment_transaction
from . import payment_refund
from . import payment_refund_due

from . import coupon_program
from . import coupon

from . import test_product_policy

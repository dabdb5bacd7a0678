from . import test_vendor_quantities

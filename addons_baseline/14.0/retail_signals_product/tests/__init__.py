from . import test_vendor

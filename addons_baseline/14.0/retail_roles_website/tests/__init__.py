from . import test_publisher

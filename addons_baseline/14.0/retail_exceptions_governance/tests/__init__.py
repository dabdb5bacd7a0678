from . import test_detectors

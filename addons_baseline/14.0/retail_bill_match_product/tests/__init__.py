from . import test_control_policy

from . import till_policy

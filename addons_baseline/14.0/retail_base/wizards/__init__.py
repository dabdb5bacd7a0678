from . import approval_rejection

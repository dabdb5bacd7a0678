from . import test_guards
from . import test_procedures
from . import test_reminders

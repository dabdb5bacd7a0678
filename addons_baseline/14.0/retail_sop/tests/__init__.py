from . import test_guards
from . import test_procedures
from . import test_reminders
from . import test_second_person

from . import models
from .hooks import leave_in_the_till_what_is_there

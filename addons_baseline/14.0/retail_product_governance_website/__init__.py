from . import controllers, models
from .hooks import leave_published_what_is_there

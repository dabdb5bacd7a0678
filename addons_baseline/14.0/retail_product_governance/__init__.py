from . import models, wizards
from .hooks import approve_what_is_there

from . import models
from .hooks import take_over

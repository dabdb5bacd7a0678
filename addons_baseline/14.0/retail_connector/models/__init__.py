from . import attempt
from . import event
from . import endpoint
from . import message
from . import document_mixin
from . import delivery

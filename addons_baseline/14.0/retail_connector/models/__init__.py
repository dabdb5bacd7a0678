from . import attempt
from . import event
from . import endpoint
from . import endpoint_secret
from . import message
from . import document_mixin
from . import delivery

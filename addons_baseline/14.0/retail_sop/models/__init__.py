from . import sop
from . import sop_reading
from . import document_page_history

from . import test_closing
from . import test_documents
from . import test_overdue
from . import test_routes
from . import test_ways_in

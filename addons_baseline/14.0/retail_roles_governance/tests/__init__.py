from . import test_duties
from . import test_own_documents

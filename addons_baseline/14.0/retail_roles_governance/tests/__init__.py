from . import test_alone
from . import test_duties
from . import test_own_documents
from . import test_return_in_a_shop

from . import review_kind
from . import review_item
from . import review
from . import review_line

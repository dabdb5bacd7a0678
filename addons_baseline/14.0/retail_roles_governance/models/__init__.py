from . import retail_return

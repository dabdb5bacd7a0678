from . import test_import_website

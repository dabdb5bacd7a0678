from . import test_import_pos

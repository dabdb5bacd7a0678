from . import import_products

"""Import the Python of the release's addons while the database is still being made.

Odoo imports an addon when it loads it into a registry, for which it needs the database. The import alone needs
none, and it is a third of the time between the database and the first page.
"""

import logging

_logger = logging.getLogger(__name__)


def with_dependencies(names, depends):
    """``names`` and all they depend on, dependencies first; ``depends`` is a function from name to names."""
    ordered, open_ = [], set()

    def visit(name):
        if name in open_:
            return
        open_.add(name)
        for other in depends(name):
            visit(other)
        ordered.append(name)

    for name in names:
        visit(name)
    return ordered


def import_addons(odoo, names):
    """Import these addons and those they depend on; what fails is left to Odoo, which says why."""
    odoo.modules.module.initialize_sys_path()
    describe = odoo.modules.module.load_information_from_description_file
    try:
        for name in with_dependencies(names, lambda name: describe(name).get("depends", [])):
            __import__("odoo.addons." + name)
    except Exception:
        _logger.warning("addons could not be imported before the database was there", exc_info=True)

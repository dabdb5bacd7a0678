"""The parts of apply-stores. They run inside the Odoo image, with its Python and its Odoo."""

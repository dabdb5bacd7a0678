"""The parts of install-modules. They run inside the Odoo image, with its Python and its Odoo."""

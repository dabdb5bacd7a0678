"""The parts of build-template. They run inside the Odoo image, with its Python and its Odoo."""

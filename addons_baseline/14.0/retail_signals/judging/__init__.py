"""Statistics of the signals: numbers in, numbers out, and nothing of Odoo, so that they can be run without it."""

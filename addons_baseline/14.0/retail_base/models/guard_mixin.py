"""Mixins for what only its own process may write, whoever asks and by whichever way."""

from odoo import _, api, models
from odoo.exceptions import UserError

from .. import guard


class GuardMixin(models.AbstractModel):
    """Guards single fields of a model. Superusers are held too; only the pass opens (see guard.py)."""

    _name = "retail.guard.mixin"
    _description = "Guarded fields"

    @api.model
    def _guarded_fields(self):
        """Names of stored fields (no x2many) that a record begins without, or with their default."""
        return frozenset()

    def _guarded_message(self, names):
        """One sentence for whoever tried to write these fields, saying what to do instead."""
        labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
        return _("%s cannot be set by hand: use the buttons of the form.", ", ".join(labels))

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if not guard.is_open(self.env):
            # Looked at afterwards, because defaults come from the context and from users' own settings, too.
            for record in records:
                record._refuse({name for name in record._guarded_fields() if not record._has_initial(name)})
        return records

    def write(self, vals):
        touched = self._guarded_fields() & vals.keys()
        if touched and not guard.is_open(self.env):
            for record in self:
                record._refuse({name for name in touched if record._would_change(name, vals[name])})
        return super().write(vals)

    def _refuse(self, names):
        if names:
            raise UserError(self._guarded_message(names))

    def _has_initial(self, name):
        default = self._fields[name].default
        found = self.sudo()[name]
        return not found or self._cached(name, found) == self._cached(name, default(self) if default else False)

    def _would_change(self, name, value):
        return self._cached(name, value) != self._cached(name, self.sudo()[name])

    def _cached(self, name, value):
        """In the form in which two values of a field can be compared."""
        return self._fields[name].convert_to_cache(value, self, validate=False)


class SealedMixin(models.AbstractModel):
    """Records that only their own process writes, and that nobody deletes: what was decided stays on record."""

    _name = "retail.sealed.mixin"
    _description = "Sealed records"

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_unless_open()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_unless_open()
        return super().write(vals)

    def unlink(self):
        self._refuse_unless_open()
        return super().unlink()

    def _refuse_unless_open(self):
        if not guard.is_open(self.env):
            raise UserError(
                _(
                    "%s is a record of what was done, and stays as it is. "
                    "To put something right, make a new document.",
                    self._description,
                )
            )

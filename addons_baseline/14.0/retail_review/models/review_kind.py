"""Which models hold rules that are reviewed, and how they are found."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import ValidationError
from odoo.osv.expression import AND, normalize_domain
from odoo.tools.safe_eval import safe_eval

from . import fingerprint


class ReviewKind(models.Model):
    """A model registers itself by a record of this one. It may name a model that is not installed."""

    _name = "retail.review.kind"
    _description = "Rules of one kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model = fields.Char(
        required=True, help="Technical name. Rules of a model that is not installed are not looked for."
    )
    domain = fields.Char(required=True, default="[]", help="Which of them are rules that are at work.")
    group_by = fields.Char(help="A field by which many rules are reviewed as one, such as the warehouse.")
    ignored = fields.Char(help="Fields that Odoo itself writes, separated by commas.")
    owner_id = fields.Many2one("res.users", required=True, default=lambda self: self.env.user, ondelete="restrict")
    days = fields.Integer("Days between reviews", required=True, default=91)
    found_at = fields.Datetime("Looked for on", readonly=True, copy=False)
    item_ids = fields.One2many("retail.review.item", "kind_id", "Rules")

    _sql_constraints = [
        ("model_unique", "unique(model)", "Rules of this model are reviewed already."),
        ("days_positive", "check(days > 0)", "Give at least one day between reviews."),
    ]

    @api.constrains("model", "domain", "group_by", "ignored")
    def _check_can_be_found(self):
        for kind in self.filtered(lambda each: each.model in self.env):
            try:
                with self.env.cr.savepoint():
                    kind._find()
            except (AssertionError, SyntaxError, TypeError, ValueError) as error:
                raise ValidationError(
                    _("The rules of %(name)s cannot be found so: %(error)s", name=kind.name, error=error)
                ) from error

    def _find(self, key=None):
        """Rules at work, by the id of the record or of the group: (name, fingerprint); or the one of that key."""
        self.ensure_one()
        model = self.env[self.model].sudo().with_context(active_test=False)
        domain = normalize_domain(safe_eval(self.domain))
        if key:
            domain = AND([domain, [(self.group_by or "id", "=", key)]])
        ignored = {name.strip() for name in (self.ignored or "").split(",")}
        if self.group_by:
            groups = fingerprint.of_groups(model, domain, self.group_by, ignored)
            names = dict(self._group_model().sudo().browse(groups).name_get())
            return {key: (f"{names[key]} ({number})", digest) for key, (digest, number) in groups.items()}
        records = model.search(domain)
        digests = fingerprint.of_records(records, ignored)
        return {key: (name, digests[key]) for key, name in records.name_get()}

    def _group_model(self):
        return self.env[self.env[self.model]._fields[self.group_by].comodel_name]

    def _look_for_rules(self):
        """Let the items be what there is. What was there before the first time counts as it is."""
        items = self.env["retail.review.item"].with_context(active_test=False)
        for kind in self.filtered(lambda each: each.model in self.env):
            found = kind._find()
            known = items.search([("kind_id", "=", kind.id)])
            for item in known:
                item._seen(found.get(item.res_id))
            new = sorted(found.keys() - set(known.mapped("res_id")))
            guard.passing(items).create([kind._new_item(key, *found[key]) for key in new])
            kind.found_at = fields.Datetime.now()

    def _new_item(self, key, name, digest):
        return {
            "kind_id": self.id,
            "res_id": key,
            "name": name,
            "digest": digest,
            "reviewed_digest": not self.found_at and digest,
            "due_at": fields.Date.add(fields.Date.today(), days=self.days),
        }

"""Makes a retailer's shops, warehouses, tills, routes, people and policies what a description says.

It is applied as often as one likes: what is there is found by its code, login or name, and changed only where it
differs. Nothing is deleted or archived; what the description does not name is told.
"""

from odoo import _, api, models
from odoo.exceptions import AccessError, UserError

# Nobody is mailed, and no history is written, for what is set up by hundreds.
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True, "no_reset_password": True}


class _Undo(Exception):
    """Ends a dry run, and takes everything back."""


class StoreNetwork(models.AbstractModel):
    _name = "retail.store.network"
    _inherit = [
        "retail.network.check",
        "retail.network.places",
        "retail.network.tills",
        "retail.network.names",
        "retail.network.people",
        "retail.network.policies",
        "retail.network.reserves",
    ]
    _description = "Store network"

    @api.model
    def apply(self, spec, dry_run=False):
        """Apply a description (README.md has its keys) to the current company.

        Returns what was done, or what would be with dry_run: a list of {"action": "create", "change" or "leave",
        "model": its name, "name": of the record}. Raises UserError with a sentence for each thing that is wrong.
        """
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(_("Stores are set up by whoever has Administration: Settings. Ask there."))
        network = self.sudo().with_context(**QUIET)
        problems = network._problems(spec)
        if problems:
            raise UserError(
                "\n".join([_("The description cannot be applied:"), *("- " + line for line in problems)])
            )
        report = []
        try:
            with self.env.cr.savepoint():
                network._one_at_a_time()
                network._apply(spec, report)
                network._end(dry_run)
        except _Undo:
            self.clear_caches()
        return report

    def _apply(self, spec, report):
        self._apply_regions(spec, report)
        places = self._apply_places(spec, report)
        self._apply_tills(spec, places, report)
        self._apply_web_shop(spec, places, report)
        self._apply_people(spec, places, report)
        self._apply_deciders(spec, report)
        self._apply_policies(spec, report)

    def _one_at_a_time(self):
        """Of two who apply at once, the second fails with a conflict that Odoo tries again."""
        self.env.cr.execute("UPDATE res_company SET write_date = write_date WHERE id = %s", (self.env.company.id,))

    def _end(self, dry_run):
        if dry_run:
            raise _Undo

"""Roles replace whatever somebody may do, so they are refused where that shuts somebody out."""

import logging

from odoo import _, api, models
from odoo.exceptions import UserError

from .role_change import ADMINISTRATION, roles_changed

_logger = logging.getLogger(__name__)

USER_TYPES = ("base.group_user", "base.group_portal", "base.group_public")


class RoleLine(models.Model):
    _inherit = "res.users.role.line"

    @api.model_create_multi
    def create(self, vals_list):
        with roles_changed(self.env) as people:
            lines = super().create(vals_list)
            people.note(lines.user_id)
            people.require_ticked()
            return lines

    def write(self, vals):
        with roles_changed(self.env) as people:
            people.note(self.user_id)
            result = super().write(vals)
            people.note(self.user_id)
            people.require_ticked()
            return result

    def unlink(self):
        with roles_changed(self.env) as people:
            people.note(self.user_id)
            return super().unlink()


class Role(models.Model):
    _inherit = "res.users.role"

    @api.model
    def create(self, vals):
        with roles_changed(self.env):
            return super().create(vals)

    def write(self, vals):
        with roles_changed(self.env):
            return super().write(vals)

    def unlink(self):
        with roles_changed(self.env) as people:
            people.note(self.user_ids)
            return super().unlink()

    @api.model
    def cron_update_users(self):
        """Roles begin and end, for each person alone: one who is refused keeps nobody else waiting."""
        for person in self.env["res.users"].search([("role_line_ids", "!=", False)]):
            try:
                with self.env.cr.savepoint(), roles_changed(self.env, ended=True) as people:
                    people.note(person)
            except UserError as refused:
                _logger.warning("The roles of %s were not followed: %s", person.login, refused.args[0])

    def _retail_gives(self):
        """The groups that somebody with these roles has, and no others."""
        return self.group_id | self.trans_implied_ids

    def _retail_no_login(self, name):
        """What is wrong with these roles for somebody of this name: sentences."""
        if any(self.env.ref(kind) in self._retail_gives() for kind in USER_TYPES):
            return []
        return [_("%s: give a role as well. With these duties alone nobody can log in.", name)]

    def _retail_no_administration(self, name, groups):
        """What is wrong with these roles for somebody of this name, who has these groups: sentences."""
        if self.env.ref(ADMINISTRATION) not in groups - self._retail_gives():
            return []
        return [
            _(
                "%s has Administration: Settings, which a role would take away. Give the role to another login, or"
                " tick the rights that are needed on the page Access Rights of the user.",
                name,
            )
        ]

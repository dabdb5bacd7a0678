"""Roles replace whatever somebody may do, so they are refused where that shuts somebody out."""

from odoo import _, api, models

USER_TYPES = ("base.group_user", "base.group_portal", "base.group_public")
ADMINISTRATION = "base.group_system"


class RoleLine(models.Model):
    _inherit = "res.users.role.line"

    @api.model_create_multi
    def create(self, vals_list):
        # Groups follow later: at the end of a write to the user or role, or in the night.
        lines = super().create(vals_list)
        lines.user_id._retail_check_administration()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self.user_id._retail_check_administration()
        return result


class Role(models.Model):
    _inherit = "res.users.role"

    @api.model
    def create(self, vals):
        role = super().create(vals)
        role.user_ids._retail_check_login()
        return role

    def write(self, vals):
        before = self.user_ids
        result = super().write(vals)
        (self.user_ids - before)._retail_check_login()
        return result

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

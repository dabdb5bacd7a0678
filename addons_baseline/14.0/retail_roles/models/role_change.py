"""Looks at whoever's roles were changed, once the change is complete, by whichever way it was made."""

import logging
from contextlib import contextmanager

from odoo import _, fields
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

ADMINISTRATION = "base.group_system"
KEY = "retail_roles_changed"


class People:
    """Whose roles change, and the group of administrators where somebody of them has it by no role."""

    def __init__(self, env):
        self.env, self.by_hand, self.today = env, {}, fields.Date.today()
        self.group = env.ref(ADMINISTRATION)
        self.administrators = self._administrators()

    def note(self, users):
        # Archived people keep their roles, and are back with them one day.
        for user in users.sudo().with_context(active_test=False):
            # What has ended may have given it; what only begins has not.
            begun = user.role_line_ids.filtered(lambda line: (line.date_from or self.today) <= self.today)
            given = begun.role_id._retail_gives()
            self.by_hand.setdefault(user.id, (user.groups_id - given) & self.group)

    def follow(self):
        """Give them the groups of their roles, of whom the last role was taken away as well."""
        self._users().set_groups_from_roles(force=True)

    def require_ticked(self):
        """Raises UserError for what roles are about to take away, before whoever changes them lacks rights."""
        _refuse(self.env, self._taken())

    def problems(self, ended):
        """Sentences. That what is left lets nobody log in does not keep a role from ending: it is told."""
        alone = self._alone()
        if ended and alone:
            _logger.warning("A role has ended. %s", " ".join(alone))
        problems = self._taken() + ([] if ended else alone)
        if not problems and self.administrators and not self._administrators():
            problems = [_("Nobody would have Administration: Settings. Give it to another login first.")]
        return problems

    def _taken(self):
        return [
            each
            for user in self._users()
            for each in self._roles(user)._retail_no_administration(user.name, self.by_hand[user.id])
        ]

    def _alone(self):
        users = [user for user in self._users() if self._roles(user)]
        return [each for user in users for each in self._roles(user)._retail_no_login(user.name)]

    def _roles(self, user):
        """Those that count today."""
        return user._get_enabled_roles().role_id

    def _users(self):
        return self.env["res.users"].sudo().with_context(active_test=False).browse(self.by_hand).exists()

    def _administrators(self):
        return self.env["res.users"].sudo().search_count([("groups_id", "in", self.group.ids)])


@contextmanager
def roles_changed(env, ended=False):
    """Around whatever changes the lines of roles; `ended` when only a day has passed. Raises UserError.

    Within another change it leaves that to the outer one: halfway, somebody may lack the role that comes next.
    """
    outer = env.cr.cache.get(KEY)
    if outer:
        yield outer
        return
    people = env.cr.cache[KEY] = People(env)
    try:
        yield people
        people.follow()
    finally:
        del env.cr.cache[KEY]
    _refuse(env, people.problems(ended))


def _refuse(env, problems):
    if problems and not guard.is_open(env):
        raise UserError("\n".join(problems))

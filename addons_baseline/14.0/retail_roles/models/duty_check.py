"""Refuses to give one person two duties that are kept apart, by whichever way groups are given.

Only what is new is refused: who had both before the rule keeps both, and is in the list of conflicts.
"""

from contextlib import contextmanager

from odoo import _
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


@contextmanager
def duties_kept_apart(env):
    """Around whatever gives groups to people. Raises UserError."""
    if guard.is_open(env):
        yield
        return
    conflicts = env["retail.duty.conflict"].sudo()
    before = conflicts._held()
    yield
    new = conflicts._held() - before
    if new:
        raise UserError("\n".join(sorted(_sentence(env, *pair) for pair in new)))


def _sentence(env, user_id, conflict_id):
    conflict = env["retail.duty.conflict"].sudo().browse(conflict_id)
    return _(
        "%(person)s cannot have both %(one)s and %(other)s: %(why)s Give one of them to somebody else, or have the"
        " pair set to Report under Retail, Policy, Duties kept apart.",
        person=env["res.users"].sudo().browse(user_id).name,
        one=conflict.group_id.full_name,
        other=conflict.other_group_id.full_name,
        why=conflict.name,
    )

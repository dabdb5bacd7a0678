"""The table of guards and ways: every way by which a rule could be got around, tried on every guard.

An addon's test names its guards; one test for each cell is made of that. A cell that does not apply needs a reason
in words, a cell without either fails. Each attempt is made twice: with the guard switched off it has to lead
there, or it would be refused for some other reason and prove nothing:

    @tagged("post_install", "-at_install")
    class TestGuards(GuardTable):
        guards = (
            Guard(
                name="sellable_before_approval",
                model="product.template",
                values={"sale_ok": True},
                record=lambda case: case.draft_product(),
                create=lambda case: {"name": "Lamp"},
                user=lambda case: case.steward,
                proper=lambda case, record: case.approve(record),
                buttons=("action_publish",),
                ways={
                    "pos": "a till sends orders, never products",
                    "website": lambda case, record: case.publish_on_website(record),
                    "mail_gateway": "no alias makes products",
                },
            ),
        )
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Optional, Union
from unittest.mock import patch

from odoo.exceptions import MissingError
from odoo.tests import SavepointCase
from odoo.tools import mute_logger

from .. import guard as passes
from .ways import MAKING, REFUSALS, SEVERAL, WAYS, added

Case = Any
Record = Any
Way = Callable[[Case, Record], Any]

NOISY = (
    "odoo.sql_db",
    "odoo.addons.base.models.ir_actions",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.models.unlink",
)


# Pressing all buttons need not lead there, with or without a guard.
NEED_NOT_LEAD_THERE = frozenset({"button"})


def _without_guards(_case):
    return patch.object(passes, "is_open", lambda env: True)


@dataclass(frozen=True)
class Guard:
    """`values` must not come about on `record`, which is one where they are refused, made anew for each cell."""

    name: str
    model: str
    values: Union[Mapping[str, Any], Callable[[Case], Mapping[str, Any]]]
    """Of several records the commands that add them; as a function where they name records."""
    record: Callable[[Case], Record]
    user: Callable[[Case], Any]
    """Somebody with all usual rights on the model, to whom the guard still applies."""
    proper: Way
    """The way by which the values do come about: shows that the cells see what they look for."""
    create: Optional[Callable[[Case], Mapping[str, Any]]] = None
    """All other values of a new record; None when `ways` says why nobody creates one."""
    buttons: tuple[str, ...] = ()
    """Public methods without arguments that could bring the values about."""
    ways: Mapping[str, Union[str, Way]] = field(default_factory=dict)
    """A way of this guard's own, or in words why there is none; wins over the general way of that name."""
    refused_anyway: Mapping[str, str] = field(default_factory=dict)
    """Ways that lead nowhere without the guard either, and who closes them. They are tried all the same."""
    off: Optional[Callable[[Case], AbstractContextManager[Any]]] = _without_guards
    """Switches the guard off; what is guarded by other means than `guard.is_open` says how. None: it has no
    switch, as record rules have none, and its cells show only that nothing gets through."""

    def values_in(self, case):
        return dict(self.values(case) if callable(self.values) else self.values)

    def reason_against(self, way):
        """Why nobody can try it by this way, in words; None when it is tried."""
        for name in (way, MAKING.get(way)):
            if isinstance(self.ways.get(name), str):
                return self.ways[name]
            if name in self.ways:
                return None
        return None


class GuardTable(SavepointCase):
    """Subclasses say `guards`; each cell becomes a test named test_<guard>__<way>."""

    guards: tuple[Guard, ...] = ()

    def __init_subclass__(cls, **arguments):  # pylint: disable=missing-return # it returns nothing
        super().__init_subclass__(**arguments)
        for each in cls.guards:
            setattr(cls, f"test_{each.name}__the_proper_way", _proper_test(each))
            for way in WAYS:
                if not each.reason_against(way):
                    setattr(cls, f"test_{each.name}__{way}", _cell_test(each, way))

    def refuses(self, guarded, way, attempt):
        """With the guard, the attempt leads nowhere."""
        reached, _refusal = self._try(guarded, way, attempt)
        self.assertFalse(reached, f"{guarded.name}: {reached} has {guarded.values_in(self)}")

    def leads_there_without(self, guarded, way, attempt):
        """Without the guard it leads there, unless somebody else refuses it; nothing of it stays."""
        with self._taken_back():
            reached, refusal = self._try(guarded, way, attempt, guarded.off(self))
        if way in guarded.refused_anyway:
            self.assertFalse(
                reached, f"{guarded.name}: {way} is refused by nobody else; take it out of refused_anyway"
            )
            return
        because = f"refused without the guard, too, so this shows nothing: {refusal}"
        self.assertTrue(reached, f"{guarded.name}: {because}")

    @contextmanager
    def _taken_back(self):
        self.env["base"].flush()
        self.cr.execute("SAVEPOINT taken_back")
        yield
        self.env.clear()
        self.cr.execute("ROLLBACK TO SAVEPOINT taken_back")
        # What was read of it, such as users' own defaults, is remembered elsewhere, too.
        self.registry.clear_caches()

    def _try(self, guarded, way, attempt, around=None):
        """Make the attempt as one request would; the records that it brought the values to, and the refusal.

        Records are made as always, and only the attempt is made within `around`.
        """
        record, refusal = guarded.record(self), None
        if way == SEVERAL:
            record |= guarded.record(self)
        before = record.filtered(lambda each: self._came_about(guarded, each))
        self.assertFalse(before, "the record has the values before the attempt")
        known = self._everything(guarded)
        try:
            with around or nullcontext(), self._own_environments(), mute_logger(*NOISY), self.cr.savepoint():
                attempt(record)
                self.env["base"].flush()
        except MissingError:
            # A record that is gone is a mistake of the test, and no refusal.
            raise
        except REFUSALS as error:
            refusal = error
        self.env.cache.invalidate()
        candidates = record | (self._everything(guarded) - known)
        return candidates.filtered(lambda each: self._came_about(guarded, each)), refusal

    @contextmanager
    def _own_environments(self):
        """Forget those of the attempt: Odoo flushes in any that it finds, also one of a company that is gone."""
        everything = self.env.all.envs
        before = list(everything)
        try:
            yield
        finally:
            everything.clear()
            everything.update(before)

    def _everything(self, guarded):
        return self.env[guarded.model].sudo().with_context(active_test=False).search([])

    def _came_about(self, guarded, record):
        record = record.sudo()
        values = guarded.values_in(self)
        row = record.read(list(values), load="_classic_write")[0]
        return all(_is_so(row[name], value) for name, value in values.items())


def _is_so(found, wanted):
    return set(added(wanted)) <= set(found) if isinstance(wanted, list) else found == wanted


def _proper_test(guarded):
    def test(self):
        record = guarded.record(self)
        guarded.proper(self, record)
        self.env["base"].flush()
        self.env.cache.invalidate()
        self.assertTrue(self._came_about(guarded, record), "the proper way does not lead there either")

    return test


def _cell_test(guarded, way):
    def test(self):
        own = guarded.ways.get(way)
        attempt = own or (WAYS[way] and WAYS[way](guarded))
        if not attempt:
            self.fail(f"{guarded.name}: say in `ways` how somebody could try it by {way}, or why nobody can")
        if way not in NEED_NOT_LEAD_THERE and guarded.off is not None:
            self.leads_there_without(guarded, way, lambda record: attempt(self, record))
        self.refuses(guarded, way, lambda record: attempt(self, record))

    return test

"""Says what is wrong with a description, before anything is done."""

import re

import pytz
from odoo import _, models

from .network_shape import misfits
from .opening_hours import is_span

CODE = re.compile(r"[A-Z0-9]{1,5}")
KINDS = ("store", "warehouse", "web")
LEVELS = ("central", "region", "store")
TILLS_MAX = 50  # of one store; more is a slip of the pen


class NetworkCheck(models.AbstractModel):
    _name = "retail.network.check"
    _inherit = "retail.network.people.check"
    _description = "Store network"

    def _problems(self, spec):
        """Sentences, each saying what to change; empty: it can be applied."""
        problems = self._shape_problems(spec)
        if problems:
            return problems
        stores = spec.get("stores", [])
        for key in ("code", "name"):
            said = [store[key] for store in stores if key in store]
            for name in sorted({each for each in said if said.count(each) > 1}):
                problems.append(_("Store %s is listed twice.", name))
        if sum(store.get("kind") == "web" for store in stores) > 1:
            problems.append(_("There are two stores of the kind web. A company has one web shop."))
        if any(store.get("kind") == "web" for store in stores) and not self._has_web_shop():
            problems.append(_("There is no web shop here. Leave the store of the kind web out, or install one."))
        for zone in {each["timeZone"] for each in [spec, *stores] if "timeZone" in each} - pytz.all_timezones_set:
            problems.append(_("There is no time zone %s.", zone))
        for region in spec.get("regions", []):
            problems += self._region_problems(region, spec)
        for store in stores:
            problems += self._store_problems(store) + self._reference_problems(store, spec)
        return (
            problems
            + self._people_problems(spec)
            + self._decider_problems(spec.get("whoDecides", {}))
            + self._policy_problems(spec)
        )

    def _shape_problems(self, spec):
        sentences = {
            "unknown": _("%s is not known. Correct or remove it."),
            "text": _("%s has to be a text."),
            "number": _("%s has to be a whole number."),
            "truth": _("%s has to be true or false."),
            "list": _("%s has to be a list."),
            "object": _("%s has to be an object with keys and values."),
        }
        return [sentences[kind] % path for path, kind in misfits(spec)]

    def _region_problems(self, region, spec):
        if not region.get("name"):
            return [_("A region has no name.")]
        people = {person.get("login") for person, _store in self._people(spec)}
        unknown = [name for name in region.get("managers", []) if name not in people and not self._user(name)]
        if not unknown:
            return []
        names = ", ".join(unknown)
        return [
            _("Region %(region)s: there is nobody with the login %(names)s.", region=region["name"], names=names)
        ]

    def _store_problems(self, store):
        problems = []
        code = store.get("code", "")
        if not CODE.fullmatch(code):
            problems.append(_("Store %s: the code has to be one to five capital letters or digits.", code))
        if not store.get("name"):
            problems.append(_("Store %s has no name.", code))
        if store.get("kind", "store") not in KINDS:
            problems.append(_("Store %s: choose store, warehouse or web as its kind.", code))
        if store.get("kind") == "web" and not store.get("shipsFrom"):
            problems.append(_("Store %s: say in shipsFrom which warehouse sends its orders.", code))
        if not 0 <= store.get("tills", 0) <= TILLS_MAX:
            problems.append(_("Store %(code)s: choose 0 to %(most)s tills.", code=code, most=TILLS_MAX))
        for day, span in store.get("openingHours", {}).items():
            if not is_span(span):
                problems.append(
                    _("Store %(code)s: write %(day)s as in mon: 10:00-20:00, or closed.", code=code, day=day)
                )
        return problems

    def _reference_problems(self, store, spec):
        """What it refers to has to be in the description, or there already."""
        problems = []
        code = store.get("code", "")
        codes = {each.get("code") for each in spec["stores"] if each.get("kind") != "web"}
        codes.update(self._warehouses([]).mapped("code"))
        for key in ("suppliedBy", "shipsFrom"):
            name = store.get(key)
            if name and (name not in codes or name == code):
                problems.append(
                    _("Store %(code)s: %(key)s names no other warehouse: %(name)s.", code=code, key=key, name=name)
                )
        name = store.get("region")
        names = {each.get("name") for each in spec.get("regions", [])}
        if name and name not in names and not self._region(name):
            problems.append(_("Store %(code)s: there is no region %(name)s.", code=code, name=name))
        country = store.get("address", {}).get("country")
        if country and not self.env["res.country"].search_count([("code", "=", country)]):
            problems.append(_("Store %(code)s: there is no country %(name)s.", code=code, name=country))
        return problems

    def _decider_problems(self, decisions):
        problems = []
        for model, settings in decisions.items():
            for name, level in settings.items():
                # Odoo does not find texts that are followed by an f-string.
                setting = f"{model}.{name}"
                if level not in LEVELS:
                    problems.append(_("%s: choose central, region or store to decide.", setting))
                elif not self.env["ir.model.fields"]._get(model, name):
                    problems.append(_("There is no setting %s.", setting))
        return problems

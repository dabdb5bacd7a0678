"""Who works where in which role, who manages regions, and who decides about settings."""

from collections import defaultdict

from odoo import _, models


class NetworkPeople(models.AbstractModel):
    _name = "retail.network.people"
    _inherit = "retail.network.part"
    _description = "Store network"

    def _apply_people(self, spec, places, report):
        """Roles and stores are added, never taken away: somebody may have got more by hand.

        Groups that were ticked by hand do go with somebody's first role, whose groups take their place; the report
        names them.
        """
        people, stores, roles = {}, defaultdict(set), defaultdict(set)
        for person, store in self._people(spec):
            # Whoever is named twice has one name, which only one of them need say.
            people[person["login"]] = {**person, **people.get(person["login"], {})}
            roles[person["login"]].update(self._given(person).ids)
            if store:
                place = places[store["shipsFrom"] if store.get("kind") == "web" else store["code"]]
                stores[person["login"]].add(place.id)
        values = []
        for login, person in people.items():
            user = self._user(login)
            if user:
                self._add_to(user, stores[login], roles[login], report)
            else:
                values.append(self._person_values(person, stores[login], roles[login]))
        self._make("res.users", values, report)
        for region in spec.get("regions", []):
            self._apply_managers(region, report)

    def _person_values(self, person, stores, roles):
        return {
            "name": person.get("name") or person["login"],
            "login": person["login"],
            "email": person["login"] if "@" in person["login"] else False,
            "company_id": self.env.company.id,
            "company_ids": [(6, 0, self.env.company.ids)],
            "retail_warehouse_ids": [(6, 0, sorted(stores))],
            "role_line_ids": [(0, 0, {"role_id": role}) for role in sorted(roles)],
        }

    def _add_to(self, user, stores, roles, report):
        more_stores = stores - set(user.retail_warehouse_ids.ids)
        more_roles = roles - set(user.role_line_ids.role_id.ids)
        if more_stores or more_roles:
            groups = user.groups_id
            user.write(
                {
                    "retail_warehouse_ids": [(4, store) for store in sorted(more_stores)],
                    "role_line_ids": [(0, 0, {"role_id": role}) for role in sorted(more_roles)],
                }
            )
            name = self._name_and_lost(user, groups - user.groups_id)
            report.append({"action": "change", "model": "res.users", "name": name})

    def _name_and_lost(self, user, lost):
        """Without the groups that came with another that is lost."""
        chosen = lost - lost.implied_ids
        if not chosen:
            return user.name
        return _("%(name)s, who loses %(groups)s", name=user.name, groups=", ".join(chosen.mapped("full_name")))

    def _apply_managers(self, region, report):
        found = self._region(region["name"])
        for login in region.get("managers", []):
            user = self._user(login)
            if user not in found.manager_ids:
                found.manager_ids += user
                report.append({"action": "change", "model": found._name, "name": found.name})

    def _apply_deciders(self, spec, report):
        policies = self.env["retail.local.policy"]
        missing = []
        for model, settings in spec.get("whoDecides", {}).items():
            for name, level in settings.items():
                policy = policies.search([("model", "=", model), ("field_id.name", "=", name)])
                if policy:
                    self._set(policy, {"decided_by": level}, report)
                else:
                    field = self.env["ir.model.fields"]._get(model, name)
                    missing.append({"field_id": field.id, "decided_by": level})
        self._make("retail.local.policy", missing, report)

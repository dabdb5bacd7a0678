"""Says what is wrong with the people of a description, before anything is done."""

from collections import defaultdict

from odoo import _, models

# The other roles work for own stores.
HEAD_OFFICE = ("buyer", "finance_controller", "customer_service")


class NetworkPeopleCheck(models.AbstractModel):
    _name = "retail.network.people.check"
    _inherit = "retail.network.part"
    _description = "Store network"

    def _people_problems(self, spec):
        problems = []
        for person, store in self._people(spec):
            if person.get("login"):
                problems += self._role_problems(person, store) + self._duty_problems(person)
            elif store:
                problems.append(_("Store %s: somebody has no login.", store.get("code")))
            else:
                problems.append(_("Somebody at head office has no login."))
        return problems or self._rights_problems(spec)

    def _role_problems(self, person, store):
        if store and not self._role(person.get("role")):
            return [
                _(
                    "%s: choose store_manager, warehouse_supervisor, buyer, finance_controller, ecommerce or"
                    " customer_service as the role.",
                    person["login"],
                )
            ]
        if not store and set(person.get("roles", [])) - set(HEAD_OFFICE):
            return [
                _(
                    "%s: at head office choose buyer, finance_controller or customer_service. Whoever has another"
                    " role is named at a store.",
                    person["login"],
                )
            ]
        return []

    def _duty_problems(self, person):
        known = self._duties() if person.get("duties") else {}
        return [
            _(
                "%(login)s: there is no duty %(duty)s here. Choose from: %(known)s.",
                login=person["login"],
                duty=duty,
                known=", ".join(sorted(known)),
            )
            for duty in person.get("duties", [])
            if duty not in known
        ]

    def _rights_problems(self, spec):
        """Of roles that are there: whoever has one has no groups ticked by hand any more."""
        given = defaultdict(lambda: self.env["res.users.role"])
        for person, _store in self._people(spec):
            given[person["login"]] |= self._given(person)
        problems = []
        for login, more in given.items():
            user = self._user(login)
            roles = more | user.role_line_ids.role_id
            problems += roles._retail_no_login(login) + roles._retail_no_administration(login, user.groups_id)
        return problems

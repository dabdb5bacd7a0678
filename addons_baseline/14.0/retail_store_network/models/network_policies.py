"""Policies by name: replenishment, count plans, watching tills, approval of purchases.

Their models are of addons that this one does without; where one is not installed, its policies cannot be applied.
"""

from collections import Counter
from datetime import date

from odoo import _, models

# By the lists of the description: which model and addon, and which fields its keys set. What is not said is left.
MODELS = {
    "replenishment": "retail.replenishment.policy",
    "counts": "retail.count.plan",
    "tills": "retail.till.policy",
    "purchases": "retail.purchase.rule",
    "reserves": "retail.channel.reserve",
}
ADDONS = {
    "replenishment": "retail_replenishment",
    "counts": "retail_stock_control",
    "tills": "retail_till",
    "purchases": "retail_purchase_governance",
    "reserves": "retail_allocation",
}
NUMBERS = {
    "replenishment": {"coverDays": "cover_days", "safetyDays": "safety_days"},
    "counts": {"daysA": "days_a", "daysB": "days_b", "daysC": "days_c"},
    "tills": {"silentMinutes": "silent_minutes", "pendingMinutes": "pending_minutes"},
    "purchases": {"amountFrom": "amount_from", "amountBelow": "amount_to", "days": "days", "people": "people"},
}
LEAST = {"replenishment": 0, "counts": 1, "tills": 1, "purchases": 0}
APPROVERS = "retail_purchase_governance.group_purchase_approver"
# Seasons come back every year, so only month and day count; this one has a 29th of February.
ANY_YEAR = 2000


def day_of_year(text):
    """A date of month and day, such as 03-01; False for no text. Raises ValueError."""
    return date.fromisoformat(f"{ANY_YEAR}-{text}") if text else False


def is_day_of_year(text):
    try:
        return bool(day_of_year(text)) or not text
    except ValueError:
        return False


class NetworkPolicies(models.AbstractModel):
    _name = "retail.network.policies"
    _inherit = "retail.network.part"
    _description = "Store network"

    def _policy_problems(self, spec):
        problems = []
        for kind, policies in spec.get("policies", {}).items():
            if MODELS[kind] not in self.env:
                problems.append(_("policies.%(kind)s: install %(addon)s first.", kind=kind, addon=ADDONS[kind]))
                continue
            if kind == "reserves":
                problems += self._reserve_problems(policies, spec)
                continue
            names = Counter(policy.get("name") for policy in policies)
            repeated = [f"{kind}: {name}" for name, times in names.items() if name and times > 1]
            for name in repeated:
                problems.append(_("Policy %s is listed twice.", name))
            for policy in policies:
                problems += self._one_policys_problems(policy, kind, spec)
        return problems

    def _one_policys_problems(self, policy, kind, spec):
        if not policy.get("name"):
            return [_("A policy in %s has no name.", kind)]
        problems = []
        said = f"{kind}: {policy['name']}"
        least = LEAST[kind]
        if any(policy.get(key, least) < least for key in NUMBERS[kind]):
            problems.append(_("Policy %(name)s: numbers are %(least)s or more.", name=said, least=least))
        problems += self._season_problems(policy, said) + self._category_problems(policy, said)
        problems += self._approval_policy_problems(policy, said)
        return problems + self._policy_store_problems(policy, kind, spec, said)

    def _season_problems(self, policy, said):
        first, last = policy.get("seasonFrom", ""), policy.get("seasonTo", "")
        if is_day_of_year(first) and is_day_of_year(last) and bool(first) == bool(last):
            return []
        return [_("Policy %s: write seasonFrom and seasonTo, both or neither, as month and day: 03-01.", said)]

    def _category_problems(self, policy, said):
        name = policy.get("category")
        found = len(self._category(name))
        if not name or found == 1:
            return []
        if found:
            return [_("Policy %(name)s: write the whole path of category %(what)s.", name=said, what=name)]
        return [_("Policy %(name)s: there is no product category %(what)s.", name=said, what=name)]

    def _approval_policy_problems(self, policy, said):
        """Of purchases; the others say nothing of these."""
        problems = []
        if not 1 <= policy.get("people", 1) <= 5:
            problems.append(_("Policy %s: from 1 to 5 people have to agree.", said))
        below = policy.get("amountBelow", 0)
        if below and below <= policy.get("amountFrom", 0):
            problems.append(_("Policy %s: amountBelow is more than amountFrom, or 0 for no upper limit.", said))
        group = self.env.ref(policy.get("approvedBy", APPROVERS), raise_if_not_found=False)
        if "approvedBy" in policy and (not group or group._name != "res.groups"):
            problems.append(
                _("Policy %(name)s: there is no group %(group)s.", name=said, group=policy["approvedBy"])
            )
        return problems

    def _policy_store_problems(self, policy, kind, spec, said):
        problems = []
        described = {each.get("code"): each for each in spec.get("stores", []) if each.get("kind") != "web"}
        there = {each.code: each for each in self._warehouses([]).filtered("active")}
        for code in self._policy_stores(policy):
            if code not in described and code not in there:
                problems.append(_("Policy %(name)s: there is no store %(code)s.", name=said, code=code))
            # Without a till it would count for every till.
            elif kind == "tills" and not (
                self._tills_wanted(described[code]) if code in described else self._tills_of(there[code])
            ):
                problems.append(_("Policy %(name)s: store %(code)s has no till.", name=said, code=code))
        return problems

    def _policy_stores(self, policy):
        """Codes; a rule for purchases and a reserve are of one store, or of all."""
        return [policy["store"]] if "store" in policy else policy.get("stores", [])

    def _category(self, name):
        """By its path, or else all that have the name."""
        categories = self.env["product.category"]
        if not name:
            return categories
        return categories.search([("complete_name", "=", name)]) or categories.search([("name", "=", name)])

    def _apply_policies(self, spec, report):
        """The first of a list that fits counts in Odoo, too: by its sequence."""
        for kind, model in MODELS.items():
            if model not in self.env:
                continue
            if kind == "reserves":
                self._apply_reserves(spec, report)
                continue
            # Names as they were said, whatever somebody has translated them to.
            policies = self.env[model].with_context(active_test=False, lang=None)
            # Of two with a name, the company's own.
            found = policies.search(self._policies_of_company(kind)).sorted(lambda each: bool(each.company_id))
            known = {each.name: each for each in found}
            said = spec.get("policies", {}).get(kind, [])
            left = [known[name] for name in sorted(known.keys() - {policy["name"] for policy in said})]
            report += [{"action": "leave", "model": model, "name": each.display_name} for each in left]
            for place, policy in enumerate(said, 1):
                values = self._policy_values(kind, policy, place)
                if policy["name"] in known:
                    self._set(known[policy["name"]], {"active": True, **values}, report)
                else:
                    own = {"name": policy["name"], "company_id": self.env.company.id}
                    self._make(model, [{**own, **values}], report)

    def _policies_of_company(self, kind):
        """A rule for purchases that asks in all companies is found by its name as well, because each rule asks for
        itself: one more would not change what that one asks for.
        """
        companies = [self.env.company.id, False] if kind == "purchases" else [self.env.company.id]
        return [("company_id", "in", companies)]

    def _policy_values(self, kind, policy, place):
        values = {field: policy[key] for key, field in NUMBERS[kind].items() if key in policy}
        codes = self._policy_stores(policy)
        warehouses = self._warehouses(codes).filtered("active")
        if kind == "counts":
            if "blind" in policy:
                values["blind"] = policy["blind"]
            return {**values, "warehouse_ids": [(6, 0, warehouses.ids)]}
        if kind == "tills":
            tills = self._tills_of(warehouses) if codes else self.env["pos.config"]
            return {**values, "sequence": place, "config_ids": [(6, 0, tills.ids)]}
        if kind == "purchases":
            group = self.env.ref(policy.get("approvedBy", APPROVERS))
            warehouse = warehouses.id if codes else False
            values.update(sequence=place, group_id=group.id, warehouse_id=warehouse)
            return {**values, "categ_id": self._category(policy.get("category")).id}
        return {
            **values,
            "sequence": place,
            "categ_id": self._category(policy.get("category")).id,
            "season_from": day_of_year(policy.get("seasonFrom")),
            "season_to": day_of_year(policy.get("seasonTo")),
            "warehouse_ids": [(6, 0, warehouses.ids if codes else [])],
        }

    def _tills_of(self, warehouses):
        """At work in these warehouses."""
        return self.env["pos.config"].search([("picking_type_id", "in", warehouses.pos_type_id.ids)])

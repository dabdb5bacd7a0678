"""Reserves of sales channels: which share of a store's stock of a category only one channel may sell."""

from collections import Counter

from odoo import _, models


class NetworkReserves(models.AbstractModel):
    _name = "retail.network.reserves"
    _inherit = "retail.network.part"
    _description = "Store network"

    def _reserve_problems(self, reserves, spec):
        """Reserves have no name: channel, store and category tell them apart."""
        problems = []
        for reserve in reserves:
            said = self._reserve_name(reserve)
            if not self._channel(reserve.get("channel")):
                problems.append(_("Reserve %s: there is no such channel. Write its code.", said))
            if not 0 <= reserve.get("share", -1) <= 100:
                problems.append(_("Reserve %s: the share is from 0 to 100 per cent.", said))
            problems += self._category_problems(reserve, f"reserves: {said}")
            problems += self._policy_store_problems(reserve, "reserves", spec, f"reserves: {said}")
        for said, times in Counter(self._reserve_name(reserve) for reserve in reserves).items():
            if times > 1:
                # Not within the brackets: Odoo would find no text of this file that comes after.
                where = f"reserves: {said}"
                problems.append(_("Policy %s is listed twice.", where))
        return problems

    def _reserve_name(self, reserve):
        return ", ".join(reserve[key] for key in ("channel", "store", "category") if reserve.get(key))

    def _apply_reserves(self, spec, report):
        """Of a channel, the first that fits counts: by its sequence."""
        reserves, named = self.env["retail.channel.reserve"], self.env["retail.channel.reserve"]
        for place, reserve in enumerate(spec.get("policies", {}).get("reserves", []), 1):
            warehouse = (
                self._warehouses([reserve["store"]]) if "store" in reserve else self._warehouses([]).browse()
            )
            own = {
                "channel_id": self._channel(reserve["channel"]).id,
                "warehouse_id": warehouse.id,
                "categ_id": self._category(reserve.get("category")).id,
            }
            found = reserves.search([(name, "=", value) for name, value in own.items()], limit=1)
            values = {"sequence": place, "share": reserve["share"]}
            if found:
                self._set(found, values, report)
            named |= found or self._make(reserves._name, [{**own, **values}], report)
        for left in reserves.search([("warehouse_id", "in", [False, *self._warehouses([]).ids])]) - named:
            report.append({"action": "leave", "model": left._name, "name": left.display_name})

    def _channel(self, code):
        return self.env["retail.channel"].search([("code", "=", code)], limit=1)

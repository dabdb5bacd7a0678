"""Regions, warehouses, where they are supplied from, and the web shop."""

from odoo import models

from .opening_hours import attendances


class NetworkPlaces(models.AbstractModel):
    _name = "retail.network.places"
    _inherit = "retail.network.part"
    _description = "Store network"

    def _apply_regions(self, spec, report):
        names = dict.fromkeys(region["name"] for region in spec.get("regions", []))
        self._make("retail.region", [{"name": name} for name in names if not self._region(name)], report)

    def _apply_places(self, spec, report):
        """Warehouses by code. Those that supply others come first, since a route begins at them."""
        stores = [store for store in spec.get("stores", []) if store.get("kind") != "web"]
        known = {warehouse.code: warehouse for warehouse in self._warehouses([])}
        left = [known[code] for code in sorted(known.keys() - {store["code"] for store in stores})]
        report += [{"action": "leave", "model": "stock.warehouse", "name": each.display_name} for each in left]
        suppliers = {store.get("suppliedBy") for store in stores}
        for first in (True, False):
            wave = [store for store in stores if (store["code"] in suppliers) == first]
            missing = [store for store in wave if store["code"] not in known]
            values = [{"code": store["code"], **self._place_values(store)} for store in missing]
            made = self._make("stock.warehouse", values, report)
            known.update((warehouse.code, warehouse) for warehouse in made)
            for store in wave:
                if store not in missing:
                    warehouse = known[store["code"]]
                    old_name = warehouse.name
                    self._set(warehouse, {"active": True, **self._place_values(store)}, report)
                    self._rename_with(warehouse, old_name, report)
        for store in stores:
            self._apply_place(store, spec, known, report)
        return known

    def _place_values(self, store):
        region = self._region(store.get("region"))
        values = {"name": store["name"], "retail_kind": store.get("kind", "store")}
        return {**values, "retail_region_id": region.id} if region else values

    def _apply_place(self, store, spec, known, report):
        warehouse = known[store["code"]]
        supplier = known.get(store.get("suppliedBy"))
        if supplier and supplier not in warehouse.resupply_wh_ids:
            # Odoo takes away the routes from those that are not in the value.
            warehouse.resupply_wh_ids = [(6, 0, (warehouse.resupply_wh_ids | supplier).ids)]
            report.append({"action": "create", "model": "stock.location.route", "name": self._supply(warehouse)})
        if store.get("address"):
            self._apply_address(warehouse, store, report)
        if store.get("openingHours"):
            zone = store.get("timeZone") or spec.get("timeZone") or self.env.user.tz or "UTC"
            self._apply_hours(warehouse, attendances(store["openingHours"]), zone, report)

    def _supply(self, warehouse):
        return ", ".join(warehouse.resupply_route_ids.mapped("display_name"))

    def _apply_address(self, warehouse, store, report):
        values = dict(store["address"])
        if "country" in values:
            code = values.pop("country")
            values["country_id"] = self.env["res.country"].search([("code", "=", code)], limit=1).id
        own = self.env.company.partner_id
        if warehouse.partner_id and warehouse.partner_id != own:
            self._set(warehouse.partner_id, values, report)
            return
        # "other": an address of its own, and not the company's for deliveries.
        values.update(name=store["name"], parent_id=own.id, type="other")
        warehouse.partner_id = self._make("res.partner", [values], report)

    def _apply_hours(self, warehouse, wanted, zone, report):
        calendar = warehouse.retail_calendar_id
        lines = [
            (0, 0, {"name": warehouse.code, "dayofweek": str(day), "hour_from": begin, "hour_to": end})
            for day, begin, end in wanted
        ]
        if not calendar:
            values = {
                "name": warehouse.name,
                "company_id": self.env.company.id,
                "tz": zone,
                "attendance_ids": lines,
            }
            warehouse.retail_calendar_id = self._make("resource.calendar", [values], report)
            return
        there = [(int(each.dayofweek), each.hour_from, each.hour_to) for each in calendar.attendance_ids]
        if sorted(there) != wanted:
            calendar.attendance_ids = [(5, 0, 0), *lines]
            report.append({"action": "change", "model": calendar._name, "name": calendar.display_name})
        self._set(calendar, {"tz": zone}, report)

    def _has_web_shop(self):
        """Whether there is anything that a store of the kind web could be; retail_store_network_website has it."""
        return False

    def _apply_web_shop(self, spec, places, report):
        """Here is none."""

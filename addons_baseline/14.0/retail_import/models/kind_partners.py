"""Vendors and customers by their reference."""

from odoo import _, models

from ..rows import Refused

_ADDRESS = ("name", "ref", "street", "street2", "zip", "city", "email", "phone", "vat")


class ImportPartners(models.AbstractModel):
    _name = "retail.import.partners"
    _inherit = "retail.import.kind"
    _description = "Import of partners"

    _target = "res.partner"
    _rank = ""

    def _values(self, row):
        found = self._read(row)
        values = self._given(row, found, {name: name for name in _ADDRESS})
        if found["country"]:
            domain = [("code", "=", found["country"].upper())]
            values["country_id"] = self._one(_("country"), found["country"], domain, self.env["res.country"]).id
        if found["language"]:
            values["lang"] = self._language(found["language"])
        return values

    def _language(self, code):
        installed = dict(self.env["res.lang"].get_installed())
        if code not in installed:
            raise Refused(
                _(
                    "There is no language %(code)s. Choose one of: %(names)s.",
                    code=code,
                    names=", ".join(installed),
                )
            )
        return code

    def _make(self, tasks, approvals):
        company = self.env.company.id
        made = [(row, {**values, self._rank: 1, "company_id": company}) for row, values in tasks]
        return super()._make(made, approvals)

    def _natural(self, keys):
        mine = [(self._rank, ">", 0), ("company_id", "in", (False, self.env.company.id))]
        return self._by_field("ref", keys, mine)


class ImportVendors(models.AbstractModel):
    _name = "retail.import.vendors"
    _inherit = "retail.import.partners"
    _description = "Import of vendors"

    _kind = "vendors"
    _rank = "supplier_rank"

    def _values(self, row):
        return {**super()._values(row), "is_company": True}


class ImportCustomers(models.AbstractModel):
    _name = "retail.import.customers"
    _inherit = "retail.import.partners"
    _description = "Import of customers"

    _kind = "customers"
    _rank = "customer_rank"

    def _values(self, row):
        values = super()._values(row)
        if row.values.get("company"):
            values["is_company"] = self._read(row)["company"]
        return values

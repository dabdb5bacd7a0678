"""Finds what rows refer to by its name or code, and says what to do when it is not there or not one."""

from odoo import _, api, models

from ..rows import Refused

# Data files of Odoo name many things in English, which in another language have another name.
ENGLISH = "en_US"


class ImportLookup(models.AbstractModel):
    _name = "retail.import.lookup"
    _description = "Lookup of imported names"

    @api.model
    def _one(self, what, name, domain, records):
        """The only one of these records that fits. Raises Refused."""
        found = records.search(domain, limit=2) if name else records
        if len(found) == 1:
            return found
        if found:
            raise Refused(_("There are several of this name: %(what)s %(name)s.", what=what, name=name))
        raise Refused(_("There is no %(what)s %(name)s. Correct it, or make it first.", what=what, name=name))

    @api.model
    def _named(self, what, name, records, domain=()):
        """By name, in the user's language or in English. Raises Refused."""
        for language in (self.env.lang or ENGLISH, ENGLISH):
            localised = records.with_context(lang=language)
            if localised.search([("name", "=", name), *domain], limit=1):
                return self._one(what, name, [("name", "=", name), *domain], localised).with_context(
                    lang=self.env.lang
                )
        return self._one(what, name, [("name", "=", name), *domain], records)

    @api.model
    def _category(self, path):
        return self._one(_("category"), path, self._category_domain(path), self.env["product.category"])

    @api.model
    def _category_domain(self, path):
        """By its path below the topmost: Home / Lamps."""
        top, name = self.env.ref("product.product_category_all"), self._path(path)
        return [("complete_name", "in", [name, f"{top.complete_name} / {name}"])]

    @api.model
    def _branch(self, row, what, path, records):
        """The category of a channel at the end of this path, from the topmost on; none for an empty one.

        What is not there is made, and the row says so: who decides about the import sees a slip of the pen.
        Raises Refused.
        """
        found, names = records.browse(), []
        for name in filter(None, self._path(path).split(" / ")):
            names.append(name)
            domain = [("name", "=", name), ("parent_id", "=", found.id)]
            there = records.search(domain, limit=2) or records.with_context(lang=ENGLISH).search(domain, limit=2)
            if len(there) > 1:
                raise Refused(_("There are several of this name: %(what)s %(name)s.", what=what, name=path))
            if not there:
                there = records.create({"name": name, "parent_id": found.id})
                row.notes.append(_("New %(what)s: %(name)s", what=what, name=" / ".join(names)))
            found = there
        return found

    @api.model
    def _path(self, text):
        return " / ".join(part.strip() for part in text.split("/"))

    @api.model
    def _tax(self, name, use):
        """By name, by the code on invoices, or by a percentage that only one tax has."""
        taxes = self.env["account.tax"]
        mine = [("company_id", "=", self.env.company.id), ("type_tax_use", "=", use)]
        for field in ("name", "description"):
            if taxes.search([(field, "=", name), *mine], limit=1):
                return self._one(_("tax"), name, [(field, "=", name), *mine], taxes)
        percent = name.replace("%", "").replace(",", ".").strip()
        if percent.replace(".", "", 1).isdigit():
            default = self.env.company[f"account_{use}_tax_id"]
            if default.amount_type == "percent" and default.amount == float(percent):
                return default
            domain = [("amount_type", "=", "percent"), ("amount", "=", float(percent)), *mine]
            return self._one(_("tax"), name, domain, taxes)
        return self._one(_("tax"), name, [("name", "=", name), *mine], taxes)

    @api.model
    def _product(self, code):
        """By its code, or by its barcode."""
        products = self.env["product.product"]
        mine = [("company_id", "in", (False, self.env.company.id))]
        field = "default_code" if products.search([("default_code", "=", code), *mine], limit=1) else "barcode"
        return self._one(_("product"), code, [(field, "=", code), *mine], products)

    @api.model
    def _partner(self, ref, rank=None):
        """By its reference; rank is supplier_rank, customer_rank, or None for both."""
        domain = [("ref", "=", ref), ("company_id", "in", (False, self.env.company.id))]
        domain += [(rank, ">", 0)] if rank else []
        what = _("vendor") if rank == "supplier_rank" else _("partner")
        return self._one(what, ref, domain, self.env["res.partner"])

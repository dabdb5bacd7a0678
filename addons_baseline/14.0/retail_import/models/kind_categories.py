"""Categories by their path; the one above comes first."""

from odoo import models


class ImportCategories(models.AbstractModel):
    _name = "retail.import.categories"
    _inherit = "retail.import.kind"
    _description = "Import of categories"

    _kind = "categories"
    _target = "product.category"
    # A category is below one of an earlier row.
    _one_by_one = True
    # Products need its return policy.
    _counts_later = True

    def _values(self, row):
        found = self._read(row)
        top = self.env.ref("product.product_category_all")
        path = self._path(found["category"])
        above, _slash, name = path.rpartition(" / ")
        parent = self._category(above) if above else top
        # However the slashes are set, and with the topmost or without.
        row.key = path[len(top.complete_name) + 3 :] if path.startswith(f"{top.complete_name} / ") else path
        values = {"name": name, "parent_id": parent.id}
        if found["return_policy"]:
            policies = self.env["retail.return.policy"]
            label = self.env["product.category"]._fields["return_policy_id"]._description_string(self.env)
            values["return_policy_id"] = self._named(label, found["return_policy"], policies).id
        return values

    def _natural(self, keys):
        by_path = {}
        for key in keys:
            found = self.env["product.category"].search(self._category_domain(key))
            if found:
                by_path[key] = found if len(found) == 1 else found.browse()
        return by_path

"""What the parts of a network are found, made and changed with."""

from odoo import models


class NetworkPart(models.AbstractModel):
    _name = "retail.network.part"
    _description = "Store network"

    def _warehouses(self, codes):
        """This company's, archived ones too; all of them when no codes are given."""
        domain = [("company_id", "=", self.env.company.id)]
        if codes:
            domain.append(("code", "in", codes))
        return self.env["stock.warehouse"].with_context(active_test=False).search(domain)

    def _region(self, name):
        return self.env["retail.region"].with_context(active_test=False).search([("name", "=", name)], limit=1)

    def _role(self, name):
        """One of the roles of retail_roles by the end of its external id."""
        role = self.env.ref(f"retail_roles.role_{name}", raise_if_not_found=False)
        return role or self.env["res.users.role"]

    def _duties(self):
        """The roles of our addons that are given beside those of retail_roles: {end of the external id: id}."""
        names = [("module", "=like", "retail_%"), ("module", "!=", "retail_roles"), ("name", "=like", "role_%")]
        found = self.env["ir.model.data"].search([("model", "=", "res.users.role"), *names])
        return {each.name[len("role_") :]: each.res_id for each in found}

    def _people(self, spec):
        """Pairs of a person and the store that names him; None for head office."""
        for store in spec.get("stores", []):
            yield from ((person, store) for person in store.get("people", []))
        yield from ((person, None) for person in spec.get("headOffice", []))

    def _given(self, person):
        """The roles, duties among them, that a description that can be applied gives somebody: res.users.role."""
        names = person.get("roles", []) if "role" not in person else [person["role"]]
        duties = self._duties() if person.get("duties") else {}
        return self.env["res.users.role"].union(
            *(self._role(name) for name in names),
            self.env["res.users.role"].browse(duties[name] for name in person.get("duties", [])),
        )

    def _user(self, login):
        return self.env["res.users"].with_context(active_test=False).search([("login", "=", login)], limit=1)

    def _make(self, model, values, report):
        """Create in one go; the records in the order of their values."""
        records = self.env[model].create(values) if values else self.env[model]
        report += [{"action": "create", "model": model, "name": record.display_name} for record in records]
        return records

    def _set(self, record, values, report):
        """Write what differs: plain values, and ids of many2one fields."""
        changed = {
            name: value
            for name, value in values.items()
            if record._fields[name].convert_to_write(record[name], record) != value
        }
        if changed:
            record.write(changed)
            report.append({"action": "change", "model": record._name, "name": record.display_name})

"""For scripts in Odoo's shell: many rows like one of a model, as a shop has them that has traded for years.

Rows are older one by one. They are all about the same document, as the lines of a long one are; or about other
goods, people, stores and documents each, and settled: a planner that is asked for what all rows of a table have in
common reads it whole, and is right to.
"""

import psycopg2

# Of what history is about, a chain has as many.
AROUND = {"product.template": 500, "product.product": 500, "res.partner": 500, "res.users": 200}
# What is one in nearly all rows of a real shop, too.
SHARED = frozenset({"res.company", "res.currency", "uom.uom"})
# How many others rows are about, at most.
OTHERS = 5000
# A prime, so that rows of one day are about what lies far apart.
STRIDE = 7919
EARLIER = "- n * interval '3 hours'"
# What became of what there was, in SQL.
SETTLED = {
    "pos.order": {"state": "'done'"},
    "pos.session": {"state": "'closed'"},
    "product.template": {"approval_state": "'approved'", "available_in_pos": "true", "sale_ok": "true"},
    "purchase.order": {"state": "'purchase'"},
    "purchase.order.line": {"state": "'purchase'"},
    "retail.adjustment.entry": {"within_limits": "mod(n, 5) > 0"},
    "retail.approval.request": {"state": "'approved'"},
    "retail.approval.step": {"state": "'approved'"},
    "retail.connector.message": {"state": "'sent'"},
    "retail.exception": {"state": "'resolved'", "resolved_at": f"row.first_seen {EARLIER}"},
    "retail.message": {"state": "'queued'"},
    "retail.price.change": {"outcome": "'applied'"},
    "retail.price.change.line": {"progress": "'applied'", "applied_at": f"row.create_date {EARLIER}"},
    "retail.product.change": {"approval_state": "'approved'"},
    "retail.replenishment.proposal": {"state": "'applied'"},
    "retail.return": {"state": "'released'"},
    "retail.sop.reading": {"state": "'read'", "read_at": f"row.asked_at {EARLIER}"},
    "retail.till.signal": {"ended_at": f"row.began_at {EARLIER}"},
    "sale.order": {"state": "'sale'"},
    "sale.order.line": {"state": "'sale'"},
    "stock.move": {"state": "'done'"},
    "stock.move.line": {"state": "'done'"},
    "stock.picking": {"state": "'done'", "date_done": f"row.create_date {EARLIER}"},
}
REFERENCES = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_name = %s AND column_name != 'id' AND table_schema = 'public'
"""
UNIQUE = """
    SELECT DISTINCT a.attname FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary
"""


class History:
    """Grows the last row of each model, unless it is told to begin with another one."""

    def __init__(self, env):
        self.env, self.cr = env, env.cr
        self._rows, self._grown = {}, {}

    def begin_with(self, record):
        """Grow the model from this record, instead of from its last."""
        self._rows[record._name] = record.id

    def alike(self, name, times):
        """As many rows more, about the same document if they may be. False: they would have to be unique."""
        return self._grow(name, times, self._older(name)) or self.old(name, times)

    def old(self, name, times):
        """As many rows more, settled and each about other things. False: they would have to be unique."""
        return self._grow(name, times, {**self._older(name), **self._about_others(name), **SETTLED.get(name, {})})

    def unchecked(self, name):
        """What rows refer to is there; asking for each of them whether it is takes most of the time."""
        table = self.env[name]._table
        self.cr.execute(REFERENCES, [table])
        for (constraint,) in self.cr.fetchall():
            self.cr.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{constraint}"')

    def _grow(self, name, times, values):
        table, began = self.env[name]._table, self._grown.get(name, 0)
        columns = ", ".join(f'"{column}"' for column in values)
        # Names are the catalogue's.
        rows = (
            f'SELECT {", ".join(values.values())} FROM "{table}" row, generate_series(%s, %s) n WHERE row.id = %s'  # noqa: S608
        )
        self.cr.execute("SAVEPOINT grown")
        try:
            self.cr.execute(
                f'INSERT INTO "{table}" ({columns}) {rows}',
                [began + 1, began + times, self._row(name)],
                log_exceptions=False,
            )
        except psycopg2.IntegrityError:
            self.cr.execute("ROLLBACK TO SAVEPOINT grown")
            return False
        self._grown[name] = began + times
        return True

    def _row(self, name):
        """The id of the row that is copied: the last one that nobody copied."""
        if name not in self._rows:
            condition = "model IS NOT NULL" if name == "mail.message" else "true"
            self.cr.execute(f'SELECT max(id) FROM "{self.env[name]._table}" WHERE {condition}')  # noqa: S608
            self._rows[name] = self.cr.fetchone()[0]
        return self._rows[name]

    def _older(self, name):
        """SQL of each column's value, by its name."""
        self.cr.execute(COLUMNS, [self.env[name]._table])
        columns, unique = self.cr.fetchall(), self._unique(name)
        return {column: _older(column, kind, column in unique) for column, kind in columns}

    def _about_others(self, name):
        """SQL by column, of those that say what a row is about; those that have to be unique are counted up."""
        values, step, unique = {}, 1, self._unique(name)
        for field in self.env[name]._fields.values():
            if not (field.store and field.column_type):
                continue
            if field.type == "many2one_reference":
                values[field.name] = f'"row"."{field.name}" + n'
            elif field.type == "many2one" and field.comodel_name not in SHARED:
                others = self._others(field.comodel_name)
                if not others:
                    continue
                place = f"n / {step}" if field.name in unique else f"n * {STRIDE}"
                step *= len(others) if field.name in unique else 1
                chosen = f"('{{{','.join(map(str, others))}}}'::int[])[1 + mod({place}, {len(others)})]"
                values[field.name] = f'CASE WHEN "row"."{field.name}" IS NOT NULL THEN {chosen} END'
        return values

    def _others(self, name):
        self.cr.execute(f'SELECT id FROM "{self.env[name]._table}" ORDER BY id DESC LIMIT %s', [OTHERS])  # noqa: S608
        return [number for (number,) in self.cr.fetchall()]

    def _unique(self, name):
        self.cr.execute(UNIQUE, [self.env[name]._table])
        return {column for (column,) in self.cr.fetchall()}


def _older(column, kind, unique):
    if kind.startswith("timestamp") or kind == "date":
        return f'("row"."{column}" - n * interval \'4 hours\')::{kind}'
    if unique and kind in ("character varying", "text"):
        return f"\"row\".\"{column}\" || '-' || n || '-' || clock_timestamp()"
    return f'"row"."{column}"'

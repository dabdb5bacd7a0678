"""What a rule says, as a short text: two that differ mean that somebody changed the rule."""

import hashlib
import json

from odoo.models import MAGIC_COLUMNS

# What mail.thread and the like keep with a record says nothing about the rule.
ASIDE = ("message_", "activity_")


def _is_said(name, field):
    """Whether somebody entered this field, and not Odoo."""
    kept = field.related_field if field.inherited else field
    return (
        kept.store
        and not kept.compute
        and kept.type not in ("one2many", "binary")
        and name not in MAGIC_COLUMNS
        and not name.startswith(ASIDE)
    )


def said(model, ignored):
    """Names of the fields that make up a rule of this model, without those that `ignored` names."""
    return sorted(name for name, field in model._fields.items() if _is_said(name, field) and name not in ignored)


def of_records(records, ignored):
    """Fingerprint of each record by its id."""
    names = said(records, ignored)
    found = {}
    for row in records.with_context(lang=None).read(names, load="_classic_write"):
        values = {name: sorted(value) if isinstance(value, list) else value for name, value in row.items()}
        text = json.dumps(values, sort_keys=True, default=str)
        found[row["id"]] = hashlib.sha256(text.encode()).hexdigest()
    return found


def of_groups(model, domain, group_by, ignored):
    """(fingerprint, number of rules) of all that have the same `group_by`, by that record's id.

    One query, because a chain has hundreds of thousands of reordering rules. Raises ValueError when nothing can be
    grouped by that field.
    """
    field = model._fields.get(group_by)
    if not (field and field.type == "many2one" and field.store):
        raise ValueError(group_by)
    model.flush()
    tables, condition, values = model._where_calc(domain).get_sql()
    columns = [name for name in said(model, ignored) if model._fields[name].column_type]
    row = ", ".join(f'"{model._table}"."{name}"' for name in columns)
    group = f'"{model._table}"."{group_by}"'
    # Names and condition are the ORM's own.
    model.env.cr.execute(
        f"SELECT {group}, md5(string_agg(md5(ROW({row})::text), '' ORDER BY \"{model._table}\".id)), count(*)"  # noqa: S608
        f" FROM {tables} WHERE {condition or 'true'} GROUP BY {group} HAVING {group} IS NOT NULL",
        values,
    )
    return {key: (digest, number) for key, digest, number in model.env.cr.fetchall()}

"""A chain with history, generated inside Odoo: products, stores that a central warehouse supplies, sales, stock.

Runs in `odoo-tenant shell`, on Python 3.9 and without anything else of ours:

    exec(open("/tenant/baseline_shop.py").read())
    shop = build(env, Shape())

Of each kind of record the ORM makes one, with all that the installed addons give it, and SQL copies its row, so
that 10,000 products and 200,000 moves are there within a minute. The same seed makes the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# A third of the products sell two thirds, as in a shop; 1 would make all alike.
SKEW = 1.7


@dataclass(frozen=True)
class Shape:
    """`moves` are done ones within the last `days`, nine of ten of them sales of stores."""

    products: int = 10_000
    stores: int = 25
    moves: int = 200_000
    days: int = 90
    categories: int = 40
    on_hand: int = 40
    seed: float = 0.42


@dataclass(frozen=True)
class Shop:
    """Database ids; the central warehouse is the first."""

    warehouses: list[int]
    products: list[int]


def build(env: Any, shape: Shape) -> Shop:
    """Commits as it goes."""
    env.cr.execute("SELECT setseed(%s)", (shape.seed,))
    warehouses = _warehouses(env, shape)
    products = _products(env, shape)
    _stock(env, shape, warehouses, products)
    _history(env, shape, warehouses, products)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.cache.invalidate()
    return Shop(warehouses.ids, products)


def copies(env: Any, record: Any, count: int, given: dict[str, str], source: str = "", **values: Any) -> list[int]:
    """Copy a record's row `count` times; ids. `given`: SQL by column, where `n` is the number of the copy from 1.

    `source`: SQL that brings further columns to `given`, as FROM continues after the numbers.
    """
    record.flush()
    table = record._table
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND column_name != 'id'",
        (table,),
    )
    columns = [name for (name,) in env.cr.fetchall()]
    said = ", ".join(f'"{name}"' for name in columns)
    taken = ", ".join(given.get(name, f'original."{name}"') for name in columns)
    env.cr.execute(
        f'INSERT INTO "{table}" ({said}) SELECT {taken}'  # noqa: S608 columns are the table's own
        f' FROM generate_series(1, %(count)s) AS n JOIN "{table}" original ON original.id = %(original)s {source}'
        " ORDER BY n RETURNING id",
        {"count": count, "original": record.id, **values},
    )
    return [number for (number,) in env.cr.fetchall()]


def _warehouses(env: Any, shape: Shape) -> Any:
    """By the ORM, because of all the routes, and few enough."""
    warehouses = env["stock.warehouse"].with_context(tracking_disable=True)
    central = warehouses.create({"name": "Bench central", "code": "B00"})
    stores = warehouses.create(
        [
            {"name": f"Bench store {number}", "code": f"B{number:02d}", "resupply_wh_ids": [(6, 0, central.ids)]}
            for number in range(1, shape.stores + 1)
        ]
    )
    env.cr.commit()
    return central + stores


def _products(env: Any, shape: Shape) -> list[int]:
    top = env["product.category"].create({"name": "Bench"})
    categories = env["product.category"].create(
        [{"name": f"Bench {number}", "parent_id": top.id} for number in range(shape.categories)]
    )
    vendor = env["res.partner"].create({"name": "Bench vendor", "is_company": True})
    first = env["product.product"].create({"name": "Bench product", "type": "product", "list_price": 20.0})
    template = first.product_tmpl_id
    if "approval_state" in template._fields:
        env.cr.execute(
            "UPDATE product_template SET approval_state = 'approved', sale_ok = true, purchase_ok = true"
            " WHERE id = %s",
            (template.id,),
        )
    price = env["product.supplierinfo"].create(
        {"name": vendor.id, "product_tmpl_id": template.id, "price": 8.0, "delay": 7}
    )
    templates = copies(
        env,
        template,
        shape.products,
        {
            "name": "'Bench product ' || n",
            "default_code": "'BENCH' || n",
            "categ_id": "(%(categories)s)[1 + n %% %(many)s]",
        },
        categories=categories.ids,
        many=len(categories),
    )
    products = copies(
        env,
        first,
        shape.products,
        {
            "product_tmpl_id": "(%(templates)s)[n]",
            "default_code": "'BENCH' || n",
            "barcode": "NULL",
            # Of last year: a product of today has no history.
            "create_date": "original.create_date - interval '1 year'",
        },
        templates=templates,
    )
    copies(env, price, shape.products, {"product_tmpl_id": "(%(templates)s)[n]"}, templates=templates)
    for table, own, other in (
        ("product_taxes_rel", "prod_id", "tax_id"),
        ("product_supplier_taxes_rel", "prod_id", "tax_id"),
        ("stock_route_product", "product_id", "route_id"),
    ):
        env.cr.execute(
            f"INSERT INTO {table} ({own}, {other})"  # noqa: S608 constants
            f" SELECT copy, {other} FROM {table}, unnest(%s) AS copy WHERE {own} = %s",
            (templates, template.id),
        )
    template.write({"active": False})
    env.cr.commit()
    return products


def _stock(env: Any, shape: Shape, warehouses: Any, products: list[int]) -> None:
    """Some of everything everywhere, and a hundred times that in the central warehouse."""
    product = env["product.product"].browse(products[0])
    places = warehouses.mapped("lot_stock_id").ids
    env["stock.quant"]._update_available_quantity(product, warehouses[0].lot_stock_id, 1.0)
    first = env["stock.quant"].search(
        [("product_id", "=", product.id), ("location_id", "=", warehouses[0].lot_stock_id.id)]
    )
    copies(
        env,
        first,
        len(products) * len(places),
        {
            "product_id": "(%(products)s)[1 + (n - 1) / %(many)s]",
            "location_id": "(%(places)s)[1 + (n - 1) %% %(many)s]",
            # Never nothing in the central warehouse: it is the web shop's, which sells what is there.
            "quantity": "CASE WHEN (n - 1) %% %(many)s = 0 THEN 100 * ceil(%(on_hand)s * random())"
            " ELSE (%(on_hand)s * random())::integer END",
        },
        products=products,
        places=places,
        many=len(places),
        on_hand=shape.on_hand,
    )
    first.sudo().with_context(inventory_mode=False).quantity = 0
    env.cr.commit()


def _history(env: Any, shape: Shape, warehouses: Any, products: list[int]) -> None:
    """Done moves: sales of stores, and in one of ten a delivery of the central warehouse to them."""
    product = env["product.product"].browse(products[0])
    customers = env.ref("stock.stock_location_customers")
    move = env["stock.move"].create(
        {
            "name": "Bench",
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": 1,
            "location_id": warehouses[1].lot_stock_id.id,
            "location_dest_id": customers.id,
        }
    )
    move._action_confirm()
    move.quantity_done = 1
    move._action_done()
    copies(
        env,
        move,
        shape.moves,
        {
            "product_id": "(%(products)s)[1 + floor(%(many)s * power(drawn.product, %(skew)s))::integer]",
            "product_qty": "drawn.quantity",
            "product_uom_qty": "drawn.quantity",
            "location_id": "CASE WHEN n %% 10 = 0 THEN (%(places)s)[1]"
            " ELSE (%(places)s)[2 + floor(drawn.store * %(stores)s)::integer] END",
            "location_dest_id": "CASE WHEN n %% 10 = 0 THEN %(transit)s ELSE original.location_dest_id END",
            "date": "(now() AT TIME ZONE 'UTC') - drawn.age * %(days)s * interval '1 day'",
        },
        # One draw for each: of an expression that names n nowhere the database would draw once for all.
        source="CROSS JOIN LATERAL (SELECT random() + 0 * n AS product, random() + 0 * n AS store,"
        " random() + 0 * n AS age, 1 + floor(3 * (random() + 0 * n)) AS quantity) AS drawn",
        products=products,
        many=len(products),
        skew=SKEW,
        places=warehouses.mapped("lot_stock_id").ids,
        stores=len(warehouses) - 1,
        transit=warehouses.company_id.internal_transit_location_id.id,
        days=shape.days,
    )
    env.cr.commit()

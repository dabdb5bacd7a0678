"""Proof, in a transaction that is rolled back, that a shop can trade on this template."""


class CannotTradeError(Exception):
    """A sentence saying what a shop could not do."""


def prove_it_trades(odoo, database, wanted):
    """Post an invoice and open a till as the administrator; the facts seen. Nothing is kept."""
    with odoo.api.Environment.manage(), odoo.registry(database).cursor() as cr:
        try:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
            env = env(user=env.ref("base.user_admin").id)
            return {**_company_facts(env, wanted), **_post_invoice(env), **_open_till(env)}
        except odoo.exceptions.UserError as error:
            raise CannotTradeError(f"Odoo refuses: {error}") from error
        finally:
            cr.rollback()


def _company_facts(env, wanted):
    company = env.ref("base.main_company")
    if company.country_id.code != wanted.country:
        raise CannotTradeError(f"the company is in {company.country_id.code}, not in {wanted.country}")
    if not company.chart_template_id:
        raise CannotTradeError(f"no chart of accounts was loaded for {wanted.country}")
    if wanted.currency and company.currency_id.name != wanted.currency:
        raise CannotTradeError(f"the company trades in {company.currency_id.name}, not {wanted.currency}")
    languages = set(env["res.lang"].search([]).mapped("code"))
    missing = sorted(set(wanted.languages) - languages)
    if missing:
        raise CannotTradeError("language {} is not active".format(", ".join(missing)))
    return {"chart": company.chart_template_id.name, "currency": company.currency_id.name}


def _post_invoice(env):
    customer = env["res.partner"].create({"name": "Proof"})
    tax = env.company.account_sale_tax_id
    line = (0, 0, {"name": "Proof", "quantity": 1, "price_unit": 100, "tax_ids": [(6, 0, tax.ids)]})
    invoice = env["account.move"].create(
        {"move_type": "out_invoice", "partner_id": customer.id, "invoice_line_ids": [line]}
    )
    invoice.action_post()
    if invoice.state != "posted" or not invoice.name or invoice.name == "/":
        raise CannotTradeError(f"an invoice stays {invoice.state}")
    return {"invoice": invoice.name, "tax": invoice.amount_tax}


def _open_till(env):
    if "pos.config" not in env:
        raise CannotTradeError("module point_of_sale is not installed: no till can be opened")
    till = env["pos.config"].search([], limit=1)
    if not till:
        raise CannotTradeError("there is no till")
    if not till.payment_method_ids:
        raise CannotTradeError(f"till {till.name} has no payment method")
    session = env["pos.session"].create({"user_id": env.uid, "config_id": till.id})
    if session.state not in ("opened", "opening_control"):
        raise CannotTradeError(f"a till session stays {session.state}")
    return {"till": session.name}

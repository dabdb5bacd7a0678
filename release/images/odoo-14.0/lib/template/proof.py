"""Proof, in a transaction that is rolled back, that a shop can trade on this template."""


class CannotTradeError(Exception):
    """A sentence saying what a shop could not do."""


def prove_it_trades(odoo, database, wanted):
    """Post an invoice and open a till as the administrator; the facts seen. Nothing is kept."""
    with odoo.api.Environment.manage(), odoo.registry(database).cursor() as cr:
        try:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
            admin = env.ref("base.user_admin")
            env = env(user=admin.id)
            facts = _company_facts(env, wanted)
            facts.update(_post_invoice(env))
            facts.update(_open_till(env))
            return facts
        except odoo.exceptions.UserError as error:
            raise CannotTradeError("Odoo refuses: %s" % error) from error
        finally:
            cr.rollback()


def _company_facts(env, wanted):
    company = env.ref("base.main_company")
    if company.country_id.code != wanted.country:
        raise CannotTradeError("the company is in %s, not in %s" % (company.country_id.code, wanted.country))
    if not company.chart_template_id:
        raise CannotTradeError("no chart of accounts was loaded for %s" % wanted.country)
    if wanted.currency and company.currency_id.name != wanted.currency:
        raise CannotTradeError("the company trades in %s, not %s" % (company.currency_id.name, wanted.currency))
    languages = set(env["res.lang"].search([]).mapped("code"))
    missing = sorted(set(wanted.languages) - languages)
    if missing:
        raise CannotTradeError("language %s is not active" % ", ".join(missing))
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
        raise CannotTradeError("an invoice stays %s" % invoice.state)
    return {"invoice": invoice.name, "tax": invoice.amount_tax}


def _open_till(env):
    if "pos.config" not in env:
        raise CannotTradeError("module point_of_sale is not installed: no till can be opened")
    till = env["pos.config"].search([], limit=1)
    if not till:
        raise CannotTradeError("there is no till")
    if not till.payment_method_ids:
        raise CannotTradeError("till %s has no payment method" % till.name)
    session = env["pos.session"].create({"user_id": env.uid, "config_id": till.id})
    if session.state not in ("opened", "opening_control"):
        raise CannotTradeError("a till session stays %s" % session.state)
    return {"till": session.name}

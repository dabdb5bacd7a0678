"""The form at a customer's own order."""

from odoo import _, http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

QUANTITY, REASON = "quantity_", "reason_"


class ReturnPortal(CustomerPortal):
    @http.route(
        "/my/orders/<int:order_id>/return", type="http", auth="user", website=True, methods=["GET", "POST"]
    )
    def portal_return(self, order_id, **given):
        """The form, and what was entered into it. Without a token: a link to an order may have been passed on."""
        try:
            order = self._document_check_access("sale.order", order_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not order._is_of(request.env.user):
            return request.redirect("/my")
        # On behalf of the customer, and not of the superuser: that is who asks.
        order = order.with_user(request.env.user).sudo()
        problem = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    order._ask_for_return(_wanted(given), given.get("note"))
                return request.redirect(f"/my/orders/{order.id}#returns")
            except UserError as refusal:
                problem = str(refusal)
        reasons = request.env["retail.return.reason"].sudo().search([("offered", "=", True)])
        values = {
            "page_name": "order",
            "sale_order": order,
            "left": order._left_to_return(),
            "reasons": reasons,
            "given": given,
            "problem": problem,
        }
        return request.render("retail_returns_website.form", values)


def _wanted(given):
    """{move id: (quantity, reason id)} of the form's fields; raises UserError."""
    wanted = {}
    for name, text in given.items():
        number = name[len(QUANTITY) :]
        if name.startswith(QUANTITY) and number.isdecimal():
            reason = given.get(REASON + number, "")
            wanted[int(number)] = (_quantity(text), int(reason) if reason.isdecimal() else 0)
    return wanted


def _quantity(text):
    try:
        return float((text or "0").replace(",", "."))
    except ValueError:
        raise UserError(_("Enter a number, and not “%s”.", text)) from None

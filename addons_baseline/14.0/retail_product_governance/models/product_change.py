"""What somebody wants to change on an approved product. Until it is approved, the product stays as it was."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class _Undo(Exception):
    """Ends a trial: what was written in it is rolled back."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer


class ProductChange(models.Model):
    """A product has at most one that is open; whoever changes more adds to it. Only this process writes it."""

    _name = "retail.product.change"
    _inherit = ["mail.thread", "retail.approval.mixin"]
    _description = "Change of a product"
    _order = "id desc"
    _rec_name = "product_tmpl_id"

    product_tmpl_id = fields.Many2one("product.template", "Product", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="product_tmpl_id.company_id", store=True)
    active = fields.Boolean(default=True)
    line_ids = fields.One2many("retail.product.change.line", "change_id", "Changes")
    variant_ids = fields.Many2many("product.product", string="New variants", context={"active_test": False})
    vendor_ids = fields.Many2many("product.supplierinfo", string="New vendors")
    missing_standards = fields.Text("Still missing", compute="_compute_missing_standards")

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS retail_product_change_one_open
            ON retail_product_change (product_tmpl_id) WHERE active AND approval_state != 'approved'
            """
        )

    def _compute_missing_standards(self):
        for change in self:
            done = change.approval_state == "approved"
            change.missing_standards = "" if done else "\n".join(change._approval_problems())

    # What the buttons call; the rights are those on the product.

    def action_approval_submit(self):
        self._check_product_rights()
        return super(ProductChange, self.sudo()).action_approval_submit()

    def action_approval_withdraw(self):
        self._check_product_rights()
        return super(ProductChange, self.sudo()).action_approval_withdraw()

    def action_discard(self):
        """Forget it; new variants go where Odoo puts those that are not wanted."""
        self._check_product_rights()
        if self.filtered(lambda each: each.approval_state == "approved"):
            raise UserError(_("This change is approved. Change the product anew instead."))
        for change in self.sudo():
            change._approval_reopen(_("Discarded by %s", self.env.user.name))
            change.active = False
            change.variant_ids.filtered("approval_pending")._unlink_or_archive(check_access=False)
            change.vendor_ids.filtered("approval_pending").unlink()

    def _check_product_rights(self):
        products = self.mapped("product_tmpl_id")
        products.check_access_rights("write")
        products.check_access_rule("write")

    # What the product calls.

    @api.model
    def _propose(self, template, news, dropped, variant=None):
        """Take in new values of fields, and forget those that are `dropped` because they are as they were."""
        change = template.open_change_id.sudo()
        old = change.line_ids.filtered(
            lambda line: (
                line.variant_id == (variant or line.variant_id.browse()) and line.name in {*news, *dropped}
            )
        )
        if not news and not old:
            return
        change = change or self._begin(template)
        if change.approval_state == "pending":
            change._approval_reopen(_("%s changed something else as well", self.env.user.name))
        old.unlink()
        for name, value in news.items():
            change.line_ids._note(change, variant or template, name, value)
        change._go_on()

    @api.model
    def _propose_variants(self, template, variants):
        change = template.open_change_id.sudo() or self._begin(template)
        if change.approval_state == "pending":
            change._approval_reopen(_("New variants came to it"))
        change.variant_ids |= variants
        change._go_on()

    @api.model
    def _propose_vendors(self, template, vendors):
        change = template.open_change_id.sudo() or self._begin(template)
        if change.approval_state == "pending":
            change._approval_reopen(_("New vendors came to it"))
        change.vendor_ids |= vendors
        change._go_on()

    @api.model
    def _begin(self, template):
        change = self.sudo().create({"product_tmpl_id": template.id})
        template.invalidate_cache(["open_change_id"], template.ids)
        return change

    def _go_on(self):
        """Submit it, or forget it when nothing is left. New variants first need their barcodes, by hand."""
        self.invalidate_cache()
        if not self.line_ids and not self.variant_ids and not self.vendor_ids:
            self.active = False
        elif not self.variant_ids:
            self.action_approval_submit()

    # The approval.

    def _approval_plan(self):
        """Those of the category it is in, and of the one it is to be in."""
        product = self.product_tmpl_id
        lines = self.line_ids.filtered(lambda line: line.name == "categ_id")
        wanted = [line._value() for line in lines]
        category = self.env["product.category"].browse(wanted) or product.categ_id
        return product.categ_id._approvers() | category._approvers()

    def _approval_problems(self):
        """What would be missing once it were applied."""
        try:
            return self._as_if_applied(lambda product: product._approval_problems())
        except UserError as refused:
            return [str(refused.args[0])]

    def _as_if_applied(self, ask):
        """The answer to `ask`, a function of the product, once the change were applied: tried, and undone.

        Raises UserError where Odoo would refuse the change.
        """
        try:
            with self.env.cr.savepoint():
                self._try(ask)
        except _Undo as undone:
            return undone.answer

    def _try(self, ask):
        self._apply()
        raise _Undo(ask(self.product_tmpl_id))

    def _approval_content(self):
        lines = sorted([line.variant_id.id or 0, line.name, line.value] for line in self.line_ids)
        variants = sorted((each.id, each.barcode or "") for each in self.variant_ids)
        content = {"lines": lines, "variants": variants}
        if self.vendor_ids:
            # Left out where there are none, so that what waited when vendors came to this reads as it did.
            content["vendors"] = sorted((each.id, each.name.id) for each in self.vendor_ids)
        return content

    def _approval_involved(self):
        return self.create_uid | self.approval_request_ids.mapped("requester_id")

    def _approval_granted(self):
        self._apply()
        texts = [line._text() for line in self.line_ids]
        texts += self.variant_ids.mapped("display_name") + self.vendor_ids.name.mapped("display_name")
        self.product_tmpl_id._approval_announce("<br/>".join([_("Change approved:"), *texts]))

    def _apply(self):
        """Write what is asked for."""
        product = self.sudo().product_tmpl_id
        values = {line.name: line._value() for line in self.line_ids if not line.variant_id}
        if values:
            guard.passing(product).write(values)
            product._open_channels(names=values.keys())
        for line in self.line_ids.filtered("variant_id"):
            guard.passing(line.variant_id.sudo()).write({line.name: line._value()})
        if self.variant_ids:
            guard.passing(self.variant_ids.sudo()).write({"approval_pending": False, "active": True})
        if self.vendor_ids:
            guard.passing(self.vendor_ids.sudo()).write({"approval_pending": False})

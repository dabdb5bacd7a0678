"""One review: the rules whose time has come, gone through by their owners."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard

ACTIVITY = "retail_review.activity_review"


class Review(models.Model):
    """Begins by itself when a rule is due, and ends by itself when there is a decision about each."""

    _name = "retail.review"
    _inherit = ["mail.thread", "mail.activity.mixin", "retail.sealed.mixin"]
    _description = "Review of automation rules"
    _order = "id desc"
    # Or no owner could put his own activity away.
    _mail_post_access = "read"

    name = fields.Char(required=True)
    began_at = fields.Date("Began on")
    ended_at = fields.Date("Ended on")
    line_ids = fields.One2many("retail.review.line", "review_id", "Rules")
    open_count = fields.Integer("Still to decide", compute="_compute_open_count")

    @api.depends("line_ids.decision")
    def _compute_open_count(self):
        for review in self:
            review.open_count = len(review.line_ids.filtered(lambda line: not line.decision))

    @api.model
    def _cron_review(self):
        self.env["retail.review.kind"].search([("active", "=", True)])._look_for_rules()
        self.env["retail.review.line"]._forget_gone()
        due = [("due_at", "<=", fields.Date.today()), ("kind_id.active", "=", True)]
        self._take_up(self.env["retail.review.item"].search(due))

    @api.model
    def _take_up(self, items):
        """Put items on the list of the review that is going on, and call their owners."""
        reviews = guard.passing(self.sudo())
        review = reviews.search([("ended_at", "=", False)], limit=1)
        items -= review.line_ids.filtered(lambda line: not line.decision).item_id
        if items and not review:
            today = fields.Date.today()
            name = _("Review of %(year)s, quarter %(quarter)s", year=today.year, quarter=(today.month + 2) // 3)
            review = reviews.create({"name": name, "began_at": today})
        lines = [{"review_id": review.id, "item_id": item.id, "name": item.name} for item in items]
        guard.passing(self.env["retail.review.line"].sudo()).create(lines)
        self.sudo().browse(review.id)._follow_up()

    def _follow_up(self):
        """Each owner who has something to decide has an activity, nobody else has; without any it is over."""
        for review in self:
            owners = review.line_ids.filtered(lambda line: not line.decision).item_id.owner_id
            asked = review.activity_search([ACTIVITY]).user_id
            for user in owners - asked:
                review.activity_schedule(ACTIVITY, user_id=user.id)
            for user in asked - owners:
                review.activity_unlink([ACTIVITY], user_id=user.id)
            if not owners and not review.ended_at:
                guard.passing(review).write({"ended_at": fields.Date.today()})

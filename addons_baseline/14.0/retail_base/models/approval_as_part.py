"""Documents that are approved as parts of one that people approved as a whole, such as an import."""

from itertools import permutations

from odoo import _, fields, models
from odoo.exceptions import UserError

from .. import guard


def assign(places, people, fits):
    """Pairs of each place and one of the people who fits it, nobody twice; None when there is no such way.

    Whoever comes first need not take the first place. Where Hedda fits both and Benno only the first,
    ``assign(["buyer", "head"], ["Hedda", "Benno"], fits)`` is ``[("buyer", "Benno"), ("head", "Hedda")]``.
    """
    for chosen in permutations(people, len(places)):
        if all(fits(place, person) for place, person in zip(places, chosen)):
            return list(zip(places, chosen))
    return None


class ApprovalAsPart(models.AbstractModel):
    _inherit = "retail.approval.mixin"

    def _approval_grant_with(self, whole):
        """Approve these documents by the decisions by which `whole`, the larger one's request, was approved.

        Each gets a request of its own that names those people. Only for what comes out of the larger document in
        the same transaction: nobody looked at anything else. Raises UserError when the whole is not approved, a
        document lacks something, or those people could not have decided about it.
        """
        whole = whole.sudo()
        if whole.state != "approved":
            raise UserError(_("%s is not approved. Submit it, and have it approved.", whole.document_name))
        decided = [(document, document._approval_decisions_of(whole)) for document in self]
        waiting = [pair for pair in decided if pair[0].approval_state == "pending"]
        for document, decisions in waiting:
            document._approval_last_request()._settle_with(whole, decisions)
        new = [pair for pair in decided if pair[0].approval_state in ("draft", "rejected")]
        self._approval_begin_with(whole, new)
        documents = self.browse(document.id for document, _decisions in new).sudo()
        guard.passing(documents).write({"approval_state": "approved"})
        for document in documents:
            document._approval_granted()

    def _approval_decisions_of(self, whole):
        """Pairs of a group that has to agree to this document, and the decision of the whole that it did so by."""
        self.ensure_one()
        problems = self._approval_problems()
        if problems:
            title = _("%s cannot be submitted yet:", self.display_name)
            raise UserError("\n".join([title, *("- " + problem for problem in problems)]))
        involved = self._approval_involved() | whole.requester_id
        taken = whole.step_ids.filtered(
            lambda step: step.state == "approved" and (step.alone or step.user_id not in involved)
        )
        groups = list(self.sudo()._approval_plan())
        found = assign(groups, taken, lambda group, step: group in step.user_id.groups_id)
        if found is not None:
            return found
        raise UserError(
            _(
                "%(document)s needs the approval of: %(groups)s. Submit it by itself.",
                document=self.display_name,
                groups=", ".join(group.display_name for group in groups),
            )
        )

    def _approval_begin_with(self, whole, decided):
        """The requests, in one go: an import brings thousands of documents."""
        company = whole.company_id
        values = [
            {
                "res_model": document._name,
                "res_id": document.id,
                "document_name": document.display_name,
                "company_id": company.id,
                "requester_id": whole.requester_id.id,
                "requested_at": fields.Datetime.now(),
                "digest": document._approval_digest(),
                "state": "approved",
                "note": _("With %s", whole.document_name),
                "step_ids": [
                    (0, 0, {"group_id": group.id, "sequence": place, **step._as_made()})
                    for place, (group, step) in enumerate(decisions, 1)
                ],
            }
            for document, decisions in decided
        ]
        guard.passing(self.env["retail.approval.request"].sudo()).create(values)
        self.invalidate_cache(["approval_request_ids"])


class ApprovalRequest(models.Model):
    _inherit = "retail.approval.request"

    def _settle_with(self, whole, decisions):
        """Approve an open request by decisions about a larger one: pairs of a group and a step of that one."""
        self.ensure_one()
        self._lock()
        if self.digest != self._document()._approval_digest():
            raise UserError(
                _(
                    "%s was changed after it was submitted. Withdraw the request and submit it again.",
                    self.document_name,
                )
            )
        steps = self.sudo().step_ids
        for group, step in decisions:
            own = steps.filtered(lambda each, group=group: each.group_id == group and each.state == "pending")[:1]
            guard.passing(own).write(step._as_made())
        if steps.filtered(lambda each: each.state != "approved"):
            raise UserError(
                _("%s waits for somebody else as well. Decide about it by itself.", self.document_name)
            )
        self._settle("approved", _("With %s", whole.document_name))


class ApprovalStep(models.Model):
    _inherit = "retail.approval.step"

    def _as_made(self):
        """Values of the same decision in another request."""
        return {
            "state": self.state,
            "user_id": self.user_id.id,
            "decided_at": self.decided_at,
            "alone": self.alone,
            "note": _("With %s", self.request_id.document_name),
        }

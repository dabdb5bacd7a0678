"""How a message is delivered: by jobs, one try each."""

import json
import logging
import random
import time
from dataclasses import replace
from datetime import timedelta

import psycopg2
from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.addons.queue_job.job import Job
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

from .. import signing, transport
from ..outcome import LOST, OK, UNREACHABLE, UNUSABLE, Limits, Verdict, backoff, decide

_logger = logging.getLogger(__name__)

# Minutes after which somebody looks whether a job still runs, and whether a message that is due still has one. No
# process lives longer with one request.
INTERRUPTED_AFTER = 2
# Messages that get a job in one go, a few milliseconds each: resuming after an outage must end within a request.
PLANNED_AT_ONCE = 2000
DELETED_AT_ONCE = 5000


class Delivery(models.Model):
    _inherit = "retail.connector.message"

    def _begin_anew(self, spread=0):
        """Try within `spread` seconds, with all tries and all time ahead. Costs two rows each, and no call.

        Of very many, the last are left to the rescue of those that nobody tries.
        """
        now = fields.Datetime.now()
        for endpoint in self.sudo().endpoint_id:
            give_up_at = now + timedelta(hours=endpoint.give_up_hours)
            anew = {"state": "queued", "tries": 0, "settled_at": False, "give_up_at": give_up_at}
            self.filtered_domain([("endpoint_id", "=", endpoint.id)])._passing().write(anew)
        for message in self[:PLANNED_AT_ONCE]:
            message._plan(random.uniform(0, spread))  # noqa: S311

    def _plan(self, wait):
        """A job in `wait` seconds."""
        self.ensure_one()
        due = fields.Datetime.now() + timedelta(seconds=wait)
        job = (
            self._of_job()
            .with_delay(eta=due if wait else None, description=self.key, identity_key=self._job_identity())
            ._deliver()
        )
        self._passing().write({"next_try_at": due, "job_uuid": job.uuid})

    def _first_job(self):
        """The job of a message that was just made, which names it already."""
        job = Job(
            self._of_job()._deliver,
            job_uuid=self.job_uuid,
            description=self.key,
            identity_key=self._job_identity(),
        )
        # The row that `with_delay` writes, without its two looks whether there is such a job, and without what is
        # done for records that people follow: tills wait for each of them.
        jobs = job.job_model
        row = {
            name: jobs._fields[name].convert_to_column(value, jobs)
            for name, value in job._store_values(create=True).items()
        }
        columns = ", ".join(row)
        # Names of fields, and nothing that anybody enters.
        self.env.cr.execute(f"INSERT INTO queue_job ({columns}) VALUES %s", [tuple(row.values())])  # noqa: S608 # pylint: disable=sql-injection

    def _of_job(self):
        """As superuser, because whoever sold may not even see endpoints.

        Without the caller's context: a key of it would have the call made at once, while the till waits.
        """
        # What becomes of a job is no news that anybody follows.
        return self.with_user(SUPERUSER_ID).with_context({"tracking_disable": True})  # pylint: disable=context-overridden

    def _job_identity(self):
        return f"{self._name}/{self.id}"

    def _deliver(self):
        """The job: one try, unless the message has ended, is being tried by somebody else, or is held."""
        self.ensure_one()
        if not self._lock_to_deliver():
            return
        endpoint = self.endpoint_id
        if not endpoint._is_open():
            return
        wait = endpoint._breaker_wait()
        problem = None if wait or self.payload else self._say_content()
        if wait:
            self._leave_alone(wait)
        elif problem:
            self._follow(Verdict("dead"), {"outcome": UNUSABLE, "detail": problem})
        else:
            self._record(self._taken(transport.send(self._request())))

    def _say_content(self):
        """Have the document say what is to be sent, once for all tries; why it cannot, or None."""
        said = []
        problem = self._tell_document("_connector_content", said.append)
        if said:
            self._passing().write({"payload": json.dumps(said[0], default=str, sort_keys=True)})
            return None
        return problem or _("%s is not there any more", self.document_name)

    def _leave_alone(self, wait):
        """The endpoint is down, as others have found out: no try, unless there is no time left for one."""
        if fields.Datetime.now() + timedelta(seconds=wait) < self.give_up_at:
            self._plan(wait)
        else:
            down = {"outcome": self.outcome or UNREACHABLE, "detail": self.detail or _("down since a while")}
            self._follow(Verdict("dead"), down)

    def _lock_to_deliver(self):
        """Two jobs for one message must not make two calls: held until what became of the call is committed."""
        self.env.cr.execute(
            "SELECT 1 FROM retail_connector_message WHERE id = %s AND state = 'queued' FOR UPDATE SKIP LOCKED",
            [self.id],
        )
        found = self.env.cr.fetchone()
        self.invalidate_cache(ids=self.ids)
        return bool(found)

    def _request(self):
        endpoint = self.endpoint_id
        body = self.payload.encode()
        identity = self._idempotency_key()
        moment = int(time.time())
        caller = signing.Caller(endpoint.auth, endpoint.secret or "", endpoint.auth_header)
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "retail-connector/1",
            "Idempotency-Key": identity,
            # Each call has a connection of its own.
            "Connection": "close",
            **signing.headers(caller, identity, moment, body),
        }
        url = endpoint.url.rstrip("/") + (self.path or "")
        return transport.Request(self.method, url, headers, body, endpoint.timeout)

    def _idempotency_key(self):
        """The same for every try, and no other call's in the world: a clone has a `database.uuid` of its own."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{database}/{self.key}" + (f"/{self.revision}" if self.revision else "")

    def _answer_data(self):
        """The answer as data. Raises UserError when it is no JSON."""
        try:
            return json.loads(self.answer or "null")
        except ValueError as error:
            raise UserError(_("The answer is not JSON: %s", error)) from error

    def _taken(self, reply):
        """The reply after the document has taken its answer, which it may find unusable."""
        self._passing().write({"status": reply.status, "answer": reply.text or False})
        problem = self._tell_document("_connector_answered") if reply.outcome == OK else None
        return reply if problem is None else replace(reply, outcome=UNUSABLE, detail=problem)

    def _tell_document(self, hook, take=lambda _answer: None):
        """Call this method of the document, if it is there and has it; what went wrong, as text.

        What the method answers goes to `take`.

        What the document did until then is taken back, and what is known about the call stays: a mistake in a hook
        must not have the same call made again and again.
        """
        known = self.res_model and self.res_model in self.env
        document = self.env[self.res_model].browse(self.res_id).exists() if known else None
        if not document or not hasattr(document, hook):
            return None
        try:
            with self.env.cr.savepoint():
                take(getattr(document.with_company(self.company_id), hook)(self))
        except psycopg2.OperationalError:
            # Not the document's fault: two transactions met, and the job is done again.
            raise
        except UserError as error:
            return str(error.args[0])
        except Exception as error:  # pylint: disable=broad-except # whatever stands in an answer from outside
            _logger.exception("%s of %s cannot use the answer to %s", hook, document, self.key)
            return f"{type(error).__name__}: {error}"
        return None

    def _record(self, reply):
        """What became of the try, and what follows from it."""
        now, endpoint, tries = fields.Datetime.now(), self.endpoint_id, self.tries + 1
        guard.passing(self.env["retail.connector.attempt"]).create(
            {
                "message_id": self.id,
                "endpoint_id": endpoint.id,
                "ended_at": now,
                "seconds": reply.seconds,
                "outcome": reply.outcome,
                "status": reply.status,
                "detail": reply.detail or False,
            }
        )
        wait = backoff(tries, reply.retry_after, random.random())  # noqa: S311
        left = (self.give_up_at - now).total_seconds()
        verdict = decide(reply.outcome, tries, wait, Limits(endpoint.max_tries, left, endpoint.repeatable))
        known = {
            "tries": tries,
            "outcome": reply.outcome,
            "detail": reply.detail or False,
            "doubtful": reply.outcome == LOST or (self.doubtful and reply.outcome != OK),
        }
        self._follow(verdict, known)

    def _follow(self, verdict, known):
        """Do what the verdict says; `known` are the message's other new values."""
        settled = False if verdict.state == "queued" else fields.Datetime.now()
        self._passing().write({**known, "state": verdict.state, "settled_at": settled})
        if verdict.state == "queued":
            self._plan(verdict.wait)
        elif verdict.state == "dead":
            self.endpoint_id._alarm()
            self._tell_document("_connector_dead")

    # What scheduled actions call.

    @api.model
    def _rescue(self):
        """Try again what nobody tries any more: its worker was killed, or its job was deleted or cancelled."""
        late = fields.Datetime.now() - timedelta(minutes=INTERRUPTED_AFTER)
        self._end_dead_jobs(late)
        domain = [("state", "=", "queued"), ("next_try_at", "<", late), ("endpoint_id.paused", "=", False)]
        messages = self.sudo().search(
            [*domain, ("endpoint_id.active", "=", True)], limit=PLANNED_AT_ONCE, order="id"
        )
        alive = ("pending", "enqueued", "started", "wait_dependencies")
        jobs = self.env["queue.job"].sudo()
        uuids = jobs.search([("uuid", "in", messages.mapped("job_uuid")), ("state", "in", alive)]).mapped("uuid")
        for message in messages.filtered(lambda message: message.job_uuid not in uuids):
            message._plan(0)

    @api.model
    def _end_dead_jobs(self, late):
        """A job whose process was killed counts as running for ever, and takes the place of one that runs.

        Whether it does run is known from its message, which it holds: a process that is about to end, or is on a
        machine that was lost, is let finish.
        """
        ours = [("model_name", "=", self._name), ("method_name", "=", "_deliver")]
        jobs = self.env["queue.job"].sudo().search([*ours, ("state", "=", "started"), ("date_started", "<", late)])
        messages = self.browse({message for job in jobs for message in job.records.ids}).exists()
        held = messages - messages._held_by_nobody()
        jobs.filtered(lambda job: not job.records & held).button_cancelled()

    def _held_by_nobody(self):
        """Those that no other transaction delivers; this one holds them now."""
        self.env.cr.execute(
            "SELECT id FROM retail_connector_message WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED", [self.ids]
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    @api.autovacuum
    def _delete_old(self):
        """What ended goes after the endpoint's days; what was given up stays until a person decides."""
        self.env.cr.execute(
            """SELECT message.id FROM retail_connector_message message
               JOIN retail_connector_endpoint endpoint ON endpoint.id = message.endpoint_id
               WHERE message.state IN ('sent', 'cancelled')
                 AND message.settled_at < now() at time zone 'utc' - make_interval(days => endpoint.keep_days)
               LIMIT %s""",
            [DELETED_AT_ONCE],
        )
        self.browse([row[0] for row in self.env.cr.fetchall()])._passing().unlink()

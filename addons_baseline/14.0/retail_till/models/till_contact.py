"""When each till was last heard of, and what it holds that the server does not have."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

# A till reports once a minute; several tabs of one browser are one device, and need not write as often.
WRITE_AGAIN_AFTER = timedelta(seconds=30)
# The age of the oldest sale comes in whole seconds and by way of the network: not a change.
SAME_AGE = timedelta(seconds=30)
DEVICE_LENGTH = 64
KEEP_DAYS = 90


class TillContact(models.Model):
    """One row for each browser of a till, written by nobody else, so that no sale waits for it."""

    _name = "retail.till.contact"
    _description = "Contact of a till"
    _order = "contact_at desc, id desc"
    _rec_name = "config_id"

    config_id = fields.Many2one("pos.config", "Till", required=True, readonly=True, ondelete="cascade")
    device = fields.Char(required=True, readonly=True, help="What the till's browser calls itself.")
    session_id = fields.Many2one("pos.session", readonly=True, index=True, ondelete="set null")
    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    contact_at = fields.Datetime("Last contact", required=True, readonly=True)
    pending = fields.Integer("Sales not sent", readonly=True)
    oldest_at = fields.Datetime("Oldest of them", readonly=True)

    _sql_constraints = [("device_once", "unique(config_id, device)", "This device has its row already.")]

    @api.model
    def _hear(self, session, device, pending, oldest_seconds, now):
        """Keep a report; nothing is written when it says what is known already."""
        pending = max(0, int(pending))
        oldest_at = now - timedelta(seconds=max(0, int(oldest_seconds))) if pending else None
        self.env.cr.execute(
            """
            INSERT INTO retail_till_contact AS known
                (config_id, device, session_id, user_id, contact_at, pending, oldest_at,
                 create_uid, create_date, write_uid, write_date)
            VALUES (%(config)s, %(device)s, %(session)s, %(user)s, %(now)s, %(pending)s, %(oldest)s,
                    %(root)s, %(now)s, %(root)s, %(now)s)
            ON CONFLICT (config_id, device) DO UPDATE
            SET session_id = excluded.session_id, user_id = excluded.user_id, contact_at = excluded.contact_at,
                pending = excluded.pending, oldest_at = excluded.oldest_at, write_date = excluded.write_date
            WHERE known.contact_at <= excluded.contact_at - %(again)s
                OR known.pending <> excluded.pending
                OR known.session_id IS DISTINCT FROM excluded.session_id
                OR known.user_id IS DISTINCT FROM excluded.user_id
                OR abs(extract(epoch FROM known.oldest_at - excluded.oldest_at)) > %(same)s
            """,
            {
                "config": session.config_id.id,
                "device": str(device)[:DEVICE_LENGTH],
                "session": session.id,
                "user": self.env.uid,
                "now": now,
                "pending": pending,
                "oldest": oldest_at,
                "root": SUPERUSER_ID,
                "again": WRITE_AGAIN_AFTER,
                "same": SAME_AGE.total_seconds(),
            },
        )
        self.invalidate_cache()

    @api.autovacuum
    def _gc_contacts(self):
        """Browsers come and go. One that holds sales is kept until somebody has seen to it."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("pending", "=", 0), ("contact_at", "<", limit)]).unlink()

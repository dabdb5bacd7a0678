"""A scheduled job of which nobody knows whether it was saved is not done again without a word."""

import functools
import logging

from . import outage

_logger = logging.getLogger(__name__)


def patch(cron_class):
    """Patch ``ir.cron`` of the running series.

    Odoo keeps what a job did and that it ran in two transactions, in this order: a database that is lost between
    the two, or while the first is kept, makes it run the job again.
    """
    original = cron_class._process_job.__func__

    @functools.wraps(original)
    def _process_job(cls, job_cr, job, cron_cr):
        with outage.followed() as course:
            try:
                return original(cls, job_cr, job, cron_cr)
            finally:
                if course.lost and course.kept:
                    _logger.error(
                        "job %r lost the database while its work was saved, and will run again: look whether it"
                        " has done something twice (%s)",
                        job["cron_name"],
                        course.lost,
                    )

    cron_class._process_job = classmethod(_process_job)

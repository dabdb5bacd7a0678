"""Which steps each kind of procedure consists of. Later features add steps here, never a second engine."""

from dataclasses import dataclass
from datetime import timedelta

from provisioning.procedure import ProcedureKind


@dataclass(frozen=True)
class StepSpec:
    """One step as the engine sees it; services/steps holds what it does.

    `point_of_no_return` steps cannot be undone: a cancellation after one of them runs on to the end instead.
    `disruptive` steps ask the guard first, because people in the shop would notice them; so does the first step
    with `disruptive_undo` that is taken back. What comes after that is disturbed already, and half undone.
    """

    name: str
    title: str
    point_of_no_return: bool = False
    disruptive: bool = False
    disruptive_undo: bool = False
    # A step that only waits (for a Job, for pods) fails when this long has passed since it was begun.
    deadline: timedelta = timedelta(minutes=15)


VALIDATE = StepSpec("validate", "check plan, release, server, hostnames and limits")
# Longer than BUILD, on which it waits.
TEMPLATE = StepSpec("template", "find or build the golden template", deadline=timedelta(minutes=60))
SECRETS = StepSpec("secrets", "create the namespace and its secrets")
DATABASE = StepSpec("database", "copy the template and hand it over to the tenant's role")
PERSONALISE = StepSpec("personalise", "give the database its own identity, secrets and password")
# Taken back when a tenant was not to be resumed after all, whose shop may be selling already.
WORKLOADS = StepSpec("workloads", "apply web, volume, policies and route", disruptive_undo=True)
OPEN = StepSpec("open", "let Odoo into the database")
SERVE = StepSpec("serve", "wait for a real page through the gateway")
VERIFY = StepSpec(
    "verify", "check that it has what invoices and tills take, and that its role owns nothing elsewhere"
)

# After the first page, which customers need first: it is half a minute of Odoo's for 25 stores.
STORES = StepSpec("stores", "set up its stores inside Odoo", deadline=timedelta(hours=1))
# Of a shop that people work in: Odoo deletes no warehouse that has been used, and they use it at once.
CHANGE_STORES = StepSpec(
    "change-stores",
    "set up inside Odoo what the stores' description says now",
    point_of_no_return=True,
    deadline=timedelta(hours=1),
)

# Odoo installs module by module, each in a transaction of its own, and what is installed holds data at once.
INSTALL_MODULES = StepSpec(
    "install-modules",
    "install the modules of further bundles inside Odoo, and wait for a real page",
    point_of_no_return=True,
    disruptive=True,
    deadline=timedelta(hours=1),
)

# After the first page: its start takes a whole core for seconds, which customers need first. And after the proof.
CRON = StepSpec("cron", "start the scheduled jobs")

# A dump and restore of a large shop takes hours, not minutes; so does copying its files.
COPY_DATABASE = StepSpec(
    "copy-database", "dump the source and restore it as the clone's own", deadline=timedelta(hours=6)
)
COPY_FILES = StepSpec(
    "copy-files", "copy the source's attachments into the clone's volume", deadline=timedelta(hours=6)
)
NEUTRALISE = StepSpec("neutralise", "switch off everything that reaches the outside, and prove it")

CONFIRM = StepSpec(
    "confirm", "make sure that the tenant is to go, that nobody else has its id, and that its backup can be stored"
)
QUIESCE = StepSpec("quiesce", "stop web and cron", disruptive=True)
FINAL_BACKUP = StepSpec("final-backup", "keep a dump, the files and the spec", deadline=timedelta(hours=6))
REMOVE_NAMESPACE = StepSpec("remove-namespace", "remove workloads, volume and secrets", point_of_no_return=True)
REMOVE_DATABASE = StepSpec("remove-database", "drop the database and its role", point_of_no_return=True)
CLEAN_UP = StepSpec("clean-up", "remove unfinished copies from the object store", point_of_no_return=True)

LIMITS = StepSpec("limits", "raise the role's connection limit, so that old and new pods fit")
TRIM_LIMITS = StepSpec("trim-limits", "set the role's connection limit to the plan's")
ROLL_OUT = StepSpec(
    "roll-out", "apply the objects, which replaces the pods", disruptive=True, disruptive_undo=True
)
SETTLE = StepSpec("settle", "wait until every pod is of the new kind")
# Whichever of these is taken back first applies what was there before, the pods as well.
TURN = StepSpec("turn", "lead customers from the route of before to the new one", disruptive_undo=True)
PRUNE = StepSpec("prune", "remove the route, limits and policies of before", disruptive_undo=True)
# The pods have to read the new address afterwards, so this already asks the guard for both.
ADDRESS = StepSpec("address", "change name and base address in the database", disruptive=True)
PASSWORD = StepSpec("password", "set a new administrator's password")

RESTORE_TEMPLATE = StepSpec("restore-template", "restore the template from its kept dump, if there is one")
BUILD = StepSpec(
    "build",
    "install modules, chart of accounts and languages into an empty database",
    deadline=timedelta(minutes=45),
)
SEAL = StepSpec(
    "seal", "close the template to connections, so that it can be copied at any time", point_of_no_return=True
)
KEEP_DUMP = StepSpec("keep-dump", "keep a dump of the template for other servers and fresh starts")

STEPS: dict[ProcedureKind, tuple[StepSpec, ...]] = {
    ProcedureKind.CREATE: (
        # The pods start beside the copying; they wait until the database is opened to them.
        VALIDATE, TEMPLATE, SECRETS, WORKLOADS, DATABASE, PERSONALISE, OPEN, SERVE, VERIFY, STORES, CRON,
    ),
    ProcedureKind.CLONE: (
        VALIDATE, SECRETS, COPY_DATABASE, PERSONALISE, NEUTRALISE, COPY_FILES, WORKLOADS, SERVE, VERIFY, CRON,
    ),
    ProcedureKind.DELETE: (CONFIRM, QUIESCE, FINAL_BACKUP, REMOVE_NAMESPACE, REMOVE_DATABASE, CLEAN_UP),
    ProcedureKind.SUSPEND: (QUIESCE,),
    ProcedureKind.RESUME: (WORKLOADS, SERVE, CRON),
    ProcedureKind.SET_PLAN: (VALIDATE, LIMITS, ROLL_OUT, SETTLE, TURN, PRUNE, TRIM_LIMITS, SERVE),
    ProcedureKind.RENAME: (VALIDATE, ADDRESS, ROLL_OUT, SETTLE, TURN, PRUNE, SERVE),
    ProcedureKind.SET_STORES: (VALIDATE, CHANGE_STORES),
    ProcedureKind.ADD_BUNDLES: (VALIDATE, INSTALL_MODULES),
    ProcedureKind.ROTATE_PASSWORD: (PASSWORD,),
    ProcedureKind.BUILD_TEMPLATE: (RESTORE_TEMPLATE, BUILD, KEEP_DUMP, SEAL),
}  # fmt: skip
